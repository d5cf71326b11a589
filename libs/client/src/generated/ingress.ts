// Generated from libs/client/openapi/ingress.json by tools/openapi/generate.mjs.
export interface paths {
    "/v1/ingress-gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ingressGateways"];
        put?: never;
        post: operations["createIngressGateway"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateways/{gateway}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ingressGateway"];
        put?: never;
        post?: never;
        delete: operations["deleteIngressGateway"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateways/{gateway}/manifests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ingressManifests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateways/{gateway}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryIngressGateway"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateways/{gateway}/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ingressRoutes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateways/{gateway}/routes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ingressRoute"];
        put: operations["putIngressRoute"];
        post?: never;
        delete: operations["deleteIngressRoute"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-translations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["translateIngresses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22
         * @example 10.40.0.0/22
         */
        Cidr: string;
        /**
         * Format: date-time
         * @description RFC 3339, answered in UTC
         */
        DateTime: string;
        IngressAffinity: {
            /** @description Of an application cookie */
            cookieName?: string;
            /** @description Of an application cookie */
            cookieSeconds?: number;
            type: components["schemas"]["IngressAffinityType"];
        };
        /** @enum {string} */
        IngressAffinityType: "MANAGED_COOKIE" | "APPLICATION_COOKIE";
        IngressBackend: {
            namespace: string;
            port: number;
            service: string;
            /** @description Share of the requests against the sum of the weights; 1 by default */
            weight?: number;
        };
        IngressBackendTls: {
            /** @description Secret with ca.crt in the Service's namespace; without it the certificate is not verified */
            caSecret?: string;
            /** @description Secret with the certificate shown to the backend, in the Service's namespace */
            clientSecret?: string;
            sni?: string;
            /** @description Verified in the certificate */
            subjectAltName?: string;
        };
        /** @enum {string} */
        IngressDeployment: "BYO" | "MANAGED" | "ADDON";
        IngressFailure: {
            code: string;
            details?: unknown;
            httpStatus?: number;
            message: string;
            mustAct: components["schemas"]["IngressMustAct"];
            requestIds?: {
                [key: string]: string;
            };
            retryable: boolean;
            target?: string;
        };
        IngressFrontend: {
            name: string;
        };
        IngressGateway: {
            associationId: string;
            cluster: string;
            /** @description What to install in the cluster, once, before the manifests are applied */
            controller: {
                chart: string;
                gatewayApiVersion: string;
                namespace: string;
                /** @description Helm values; null until the identity exists */
                values: {
                    [key: string]: unknown;
                } | null;
                version: string;
            };
            createdAt: components["schemas"]["DateTime"];
            deployment: components["schemas"]["IngressDeployment"];
            failure: components["schemas"]["IngressFailure"] | null;
            frontends: components["schemas"]["IngressGatewayFrontend"][];
            id: string;
            identity: {
                clientId: string;
                principalId: string;
                resourceId: string;
            } | null;
            kind: components["schemas"]["IngressGatewayKind"];
            name: string;
            namespace: string;
            region: string;
            /** @description ARM id of the trafficController */
            resourceId: string;
            /** @enum {string} */
            status: "CREATING" | "READY" | "FAILED" | "DELETING";
            /** @description Of the run under way or the last one; in lists empty */
            steps: components["schemas"]["IngressGatewayStep"][];
            subnet: {
                cidr: components["schemas"]["Cidr"] | null;
                id: string;
                /** @enum {string} */
                source: "PLAN" | "POOL" | "GIVEN";
            };
            subscriptionId: string;
            updatedAt: components["schemas"]["DateTime"];
        };
        IngressGatewayFrontend: {
            fqdn: string | null;
            name: string;
            resourceId: string;
        };
        /** @enum {string} */
        IngressGatewayKind: "AGC" | "AGIC";
        IngressGatewayPage: {
            items: components["schemas"]["IngressGateway"][];
            nextCursor: string | null;
        };
        IngressGatewayRequest: {
            cluster: string;
            controllerVersion?: string;
            defaultBackend?: {
                healthCheck?: components["schemas"]["IngressHealthCheck"];
                namespace?: string;
                port: number;
                service: string;
            };
            /** @default BYO */
            deployment: components["schemas"]["IngressDeployment"];
            /** @description 80 and 443, which AGC listens on; others are refused */
            frontendPorts?: number[];
            /** @description Names, or how many; one by default, at most five */
            frontends?: (components["schemas"]["IngressFrontend"] | string)[] | number;
            kind: components["schemas"]["IngressGatewayKind"];
            name: string;
            /** @description Kubernetes namespace of the Gateway; the gateway's name by default */
            namespace?: string;
            /** @description Pool of the /24, where the address plan of the cluster holds none */
            pool?: string;
            /** @description AGC has none: true is refused */
            privateFrontend?: boolean;
            /** @description The block to take from the pool; any free /24 by default */
            subnetCidr?: components["schemas"]["Cidr"];
            /** @description A delegated, empty /24 that exists in the VNet of the nodes */
            subnetId?: string;
            /** @description WAF policy of all routes, in the subscription and region of the gateway */
            wafPolicyId?: string;
        };
        IngressGatewayStep: {
            name: string;
            /** @enum {string} */
            state: "PENDING" | "RUNNING" | "WAITING" | "SUCCEEDED" | "SKIPPED" | "FAILED" | "CANCELED";
            title: string;
            waitingFor: string | null;
        };
        IngressGrpcHealthCheck: {
            authority?: string;
            service?: string;
        };
        IngressGrpcMatch: {
            method?: string;
            service?: string;
            type?: components["schemas"]["IngressValueType"];
        };
        IngressHeaderChanges: {
            add?: components["schemas"]["IngressHeaderValue"][];
            remove?: string[];
            set?: components["schemas"]["IngressHeaderValue"][];
        };
        IngressHeaders: {
            request?: components["schemas"]["IngressHeaderChanges"];
            response?: components["schemas"]["IngressHeaderChanges"];
        };
        IngressHeaderValue: {
            name: string;
            value: string;
        };
        IngressHealthCheck: {
            /** @description Asks by the gRPC health protocol, in place of host, path and statusCodes */
            grpc?: components["schemas"]["IngressGrpcHealthCheck"];
            /** @description 1 by default */
            healthyThreshold?: number;
            /** @description localhost by default */
            host?: string;
            /** @description 5 by default */
            intervalSeconds?: number;
            /** @description / by default */
            path?: string;
            /** @description The backend's port by default */
            port?: number;
            /** @description 200 to 399 by default */
            statusCodes?: {
                end: number;
                start: number;
            }[];
            /** @description 30 by default */
            timeoutSeconds?: number;
            /** @description 3 by default */
            unhealthyThreshold?: number;
            useTls?: boolean;
        };
        /** @enum {string} */
        IngressHttpMethod: "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "CONNECT" | "OPTIONS" | "TRACE" | "PATCH";
        IngressMatch: {
            /** @description Of a route of protocol GRPC */
            grpc?: components["schemas"]["IngressGrpcMatch"];
            /** @description All of them */
            headers?: components["schemas"]["IngressValueMatch"][];
            /** @description Any of them; every method by default */
            methods?: components["schemas"]["IngressHttpMethod"][];
            /** @description Every path by default */
            path?: {
                type: components["schemas"]["IngressPathType"];
                value: string;
            };
            /** @description Query parameters; all of them */
            query?: components["schemas"]["IngressValueMatch"][];
        };
        /** @enum {string} */
        IngressMustAct: "NOBODY" | "USER" | "OPERATOR";
        /** @enum {string} */
        IngressPathType: "PREFIX" | "EXACT" | "REGULAR_EXPRESSION";
        /** @enum {string} */
        IngressProtocol: "HTTP" | "GRPC";
        IngressRedirect: {
            /** @description In place of the whole path */
            fullPath?: string;
            host?: string;
            /** @description In place of the prefix that matched */
            pathPrefix?: string;
            port?: number;
            scheme?: components["schemas"]["IngressScheme"];
            /** @description 301, 302, 303, 307 or 308; 302 by default */
            status?: number;
        };
        IngressRewrite: {
            /** @description In place of the whole path */
            fullPath?: string;
            host?: string;
            /** @description In place of the prefix that matched */
            pathPrefix?: string;
        };
        IngressRoute: {
            /** @description All of the gateway by default */
            frontends?: string[];
            /**
             * @description Every host by default
             * @default []
             */
            hostnames: string[];
            /** @description HTTP by default */
            protocol?: components["schemas"]["IngressProtocol"];
            rules: components["schemas"]["IngressRule"][];
            /** @description With it the route is served on 443 */
            tls?: {
                namespace?: string;
                /** @description 2023-06 (by default) or 2023-06-S */
                policy?: string;
                secret: string;
            };
        };
        IngressRoutePage: {
            items: components["schemas"]["IngressRouteView"][];
            nextCursor: string | null;
        };
        IngressRouteView: {
            createdAt: components["schemas"]["DateTime"];
            frontends?: string[];
            hostnames: string[];
            name: string;
            /** @description HTTP when it is missing */
            protocol?: components["schemas"]["IngressProtocol"];
            rules: components["schemas"]["IngressRuleView"][];
            tls?: {
                namespace?: string;
                policy?: string;
                secret: string;
            };
            updatedAt: components["schemas"]["DateTime"];
        };
        IngressRule: {
            affinity?: components["schemas"]["IngressAffinity"];
            /** @default [] */
            backends: components["schemas"]["IngressBackend"][];
            /** @description The backends are reached over TLS */
            backendTls?: components["schemas"]["IngressBackendTls"];
            headers?: components["schemas"]["IngressHeaders"];
            /** @description Without it the pods' readiness probe decides */
            healthCheck?: components["schemas"]["IngressHealthCheck"];
            /** @description Every path by default */
            match?: components["schemas"]["IngressMatch"];
            /** @description In place of backends */
            redirect?: components["schemas"]["IngressRedirect"];
            rewrite?: components["schemas"]["IngressRewrite"];
            timeout?: components["schemas"]["IngressTimeout"];
            waf?: components["schemas"]["IngressWaf"];
        };
        IngressRuleView: {
            affinity?: components["schemas"]["IngressAffinity"];
            backends: components["schemas"]["IngressBackend"][];
            /** @description The backends are reached over TLS */
            backendTls?: components["schemas"]["IngressBackendTls"];
            headers?: components["schemas"]["IngressHeaders"];
            /** @description Without it the pods' readiness probe decides */
            healthCheck?: components["schemas"]["IngressHealthCheck"];
            /** @description Every path by default */
            match?: components["schemas"]["IngressMatch"];
            /** @description In place of backends */
            redirect?: components["schemas"]["IngressRedirect"];
            rewrite?: components["schemas"]["IngressRewrite"];
            timeout?: components["schemas"]["IngressTimeout"];
            waf?: components["schemas"]["IngressWaf"];
        };
        /** @enum {string} */
        IngressScheme: "HTTP" | "HTTPS";
        IngressTimeout: {
            /** @description 60 without this member; 0 waits without end */
            requestSeconds: number;
        };
        IngressTranslation: {
            /** @description The entries of the report that stand in the way of a cutover */
            blockers: components["schemas"]["IngressTranslationEntry"][];
            /** @description YAML to apply, the same bytes for the same input */
            manifests: string;
            /** @description At least one entry for each object and each annotation; blockers first */
            report: components["schemas"]["IngressTranslationEntry"][];
        };
        IngressTranslationEntry: {
            /** @description What a person has to do */
            action?: string;
            /** @description Traffic would differ or not be served */
            blocking: boolean;
            /** @description Line of the input, from 1 */
            line?: number;
            message: string;
            outcome: components["schemas"]["IngressTranslationOutcome"];
            /** @description The field it is about */
            path?: string;
            rule: string;
            source: components["schemas"]["IngressTranslationSource"];
        };
        /** @enum {string} */
        IngressTranslationOutcome: "CONVERTED" | "WARNING" | "UNSUPPORTED" | "ERROR" | "IGNORED";
        IngressTranslationQuery: {
            /** @description BYO: ARM id of the trafficController */
            albId?: string;
            /**
             * @description Gateway API objects, or Ingress and IngressExtension
             * @default GATEWAY
             * @enum {string}
             */
            api: "GATEWAY" | "INGRESS";
            /**
             * @description Whether the ARM objects exist or the ALB Controller makes them
             * @default BYO
             * @enum {string}
             */
            deployment: "BYO" | "MANAGED";
            /** @description BYO: name of the frontend; several, separated by commas, where hosts need several Gateways */
            frontend?: string;
            /** @description Further classes to take for AGIC's, separated by commas */
            ingressClass?: string;
            /**
             * @description Of input objects that name none
             * @default default
             */
            namespace: string;
            /**
             * @description Refuse with 422 while there are blockers
             * @default false
             */
            strict: boolean | ("true" | "false" | "");
            /** @description MANAGED: ARM id of the delegated subnet */
            subnetId?: string;
        };
        IngressTranslationSource: {
            annotation?: string;
            kind: string;
            name: string;
            namespace: string;
        };
        IngressValueMatch: {
            name: string;
            /** @description EXACT by default */
            type?: components["schemas"]["IngressValueType"];
            value: string;
        };
        /** @enum {string} */
        IngressValueType: "EXACT" | "REGULAR_EXPRESSION";
        IngressWaf: {
            /** @description ARM id of a WAF policy */
            policyId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ingressGateways: {
        parameters: {
            query?: {
                /** @description Only those of one cluster */
                cluster?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGatewayPage"];
                };
            };
        };
    };
    createIngressGateway: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IngressGatewayRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGateway"];
                };
            };
        };
    };
    ingressGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGateway"];
                };
            };
        };
    };
    deleteIngressGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGateway"];
                };
            };
        };
    };
    ingressManifests: {
        parameters: {
            query?: {
                /** @description kustomize: a JSON object of file name and content */
                format?: "yaml" | "json" | "kustomize";
            };
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    retryIngressGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGateway"];
                };
            };
        };
    };
    ingressRoutes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressRoutePage"];
                };
            };
        };
    };
    ingressRoute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressRouteView"];
                };
            };
        };
    };
    putIngressRoute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IngressRoute"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressRouteView"];
                };
            };
        };
    };
    deleteIngressRoute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    translateIngresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Ingresses and the Services, Secrets and rewrites they name, as YAML documents */
        requestBody: {
            content: {
                "application/json": string;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressTranslation"];
                };
            };
        };
    };
}
