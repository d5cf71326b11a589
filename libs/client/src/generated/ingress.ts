// Generated from libs/client/openapi/ingress.json by tools/openapi/generate.mjs.
export interface paths {
    "/v1/ingress-cutovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["planIngressCutover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ingress-gateway-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["planIngressGateways"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/v1/ingress-gateways/{gateway}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["applyIngressGateway"];
        delete?: never;
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
        /** @enum {string} */
        ApplicationGatewaySku: "STANDARD_V2" | "WAF_V2";
        AppliedCounts: {
            changed: number;
            created: number;
            deleted: number;
            left: number;
            unchanged: number;
        };
        AppliedIngressGateway: {
            cluster: string;
            counts: components["schemas"]["AppliedCounts"];
            dryRun: boolean;
            fieldManager: string;
            gateway: string;
            /** @description In the order in which they are applied */
            objects: components["schemas"]["AppliedObject"][];
            /** @description PLANNED: a dry run. WAITING: applied, and not accepted and programmed within the time */
            state: components["schemas"]["IngressApplyState"];
        };
        AppliedObject: {
            /** @description LEFT: not rendered any more, and there still; prune deletes it */
            action: components["schemas"]["AppliedObjectAction"];
            apiVersion: string;
            /** @description SCHEMA: by the CRDs Podspan holds, while its namespace is not there to ask the cluster */
            checkedBy: components["schemas"]["AppliedObjectCheck"];
            kind: string;
            name: string;
            namespace: string | null;
            /** @description Why it is not READY, as the controller says and what that means */
            reasons: components["schemas"]["AppliedObjectReason"][];
            /** @description NONE: nobody reports on objects of this kind */
            state: components["schemas"]["AppliedObjectState"];
        };
        /** @enum {string} */
        AppliedObjectAction: "CREATED" | "CHANGED" | "UNCHANGED" | "DELETED" | "LEFT";
        /** @enum {string} */
        AppliedObjectCheck: "CLUSTER" | "SCHEMA";
        AppliedObjectReason: {
            condition: string;
            explanation: string | null;
            message: string;
            reason: string;
            rule: string | null;
        };
        /** @enum {string} */
        AppliedObjectState: "READY" | "WAITING" | "REFUSED" | "NONE";
        ApplyIngressGatewayRequest: {
            /**
             * @description Take over fields and objects that others manage
             * @default false
             */
            force: boolean;
            /**
             * @description Delete objects marked as this gateway that are not rendered any more
             * @default false
             */
            prune: boolean;
            /**
             * @description How long to watch until the ALB Controller has accepted and programmed everything
             * @default 30
             */
            waitSeconds: number;
        };
        /**
         * @description An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22
         * @example 10.40.0.0/22
         */
        Cidr: string;
        CurrentIngressFrontend: {
            name: string;
            routes: string[];
        };
        CurrentIngressGateway: {
            frontends: components["schemas"]["CurrentIngressFrontend"][];
            name: string;
        };
        /** @enum {string} */
        CutoverActor: "PODSPAN" | "PERSON";
        CutoverDnsSwitch: {
            /** @description Addresses of the Application Gateway, as Azure has them */
            from: string[];
            frontend: string;
            hostname: string;
            record: components["schemas"]["CutoverRecord"];
            /** @description FQDN of the frontend; null until the gateway is READY */
            to: string | null;
        };
        CutoverFinding: {
            code: string;
            message: string;
            path: string;
            rule?: string;
            suggestion?: string;
        } & {
            [key: string]: unknown;
        };
        /** @enum {string} */
        CutoverPhase: "PREPARE" | "TRANSLATE" | "VERIFY" | "SWITCH" | "WATCH" | "FINISH";
        /** @enum {string} */
        CutoverRecord: "CNAME" | "ALIAS";
        CutoverStep: {
            /** @description Commands, requests or records */
            actions: string[];
            /** @description null where nothing that Podspan reads tells */
            done: boolean | null;
            id: string;
            number: number;
            phase: components["schemas"]["CutoverPhase"];
            pointOfNoReturn: boolean;
            /** @description The way back from here; empty where traffic has not changed */
            rollback: string[];
            rules: string[];
            title: string;
            /** @description At least, before the next step */
            waitSeconds: number;
            who: components["schemas"]["CutoverActor"];
        };
        CutoverSubnet: {
            cidr: components["schemas"]["Cidr"] | null;
            /** @description Who holds the range in ipam */
            held: string;
            id: string | null;
            of: components["schemas"]["CutoverSubnetUser"];
        };
        /** @enum {string} */
        CutoverSubnetUser: "AGIC" | "AGC";
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
        /** @enum {string} */
        IngressApi: "GATEWAY" | "INGRESS";
        IngressApplicationGateway: {
            /** @description 10 by default, at most 125; the subnet is sized by it */
            maxInstances?: number;
            /** @description Instances that run always; 2 by default */
            minInstances?: number;
            /** @description Hosts and paths that AGIC leaves to others; of the Helm chart only */
            prohibitedTargets?: components["schemas"]["IngressProhibitedTarget"][];
            /** @description How often AGIC puts the gateway right, 30 to 300; never by default; of the Helm chart only */
            reconcileSeconds?: number;
            /** @description WAF_V2 with a wafPolicyId, STANDARD_V2 without */
            sku?: components["schemas"]["ApplicationGatewaySku"];
            /** @description All by default; of the Helm chart only */
            watchNamespaces?: string[];
        };
        IngressApplicationGatewayRoute: {
            /** @description Name of a certificate on the gateway, in place of tls */
            certificate?: string;
            /** @description In place of 80 or 443 */
            frontendPort?: number;
            /** @description Of the listener, 1 to 20000; 1 first */
            priority?: number;
            /** @description One listener for all host names, at most five */
            sharedListener?: boolean;
            /** @description Name on the gateway */
            sslProfile?: string;
        };
        IngressApplicationGatewayRule: {
            /** @description 0 to 3600 */
            connectionDrainingSeconds?: number;
            /** @description Of the cookie of a managed affinity */
            distinctCookieName?: boolean;
            /** @description Name on the gateway */
            rewriteRuleSet?: string;
            /** @description Names on the gateway; with backendTls */
            trustedRootCertificates?: string[];
        };
        /** @enum {string} */
        IngressApplyState: "PLANNED" | "READY" | "WAITING" | "REFUSED";
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
        IngressCutover: {
            blockers: components["schemas"]["CutoverFinding"][];
            cluster: string;
            dns: components["schemas"]["CutoverDnsSwitch"][];
            gateway: string;
            /** @description Nothing stands in the way */
            ready: boolean;
            steps: components["schemas"]["CutoverStep"][];
            /** @description Both are needed at once (MAP-34) */
            subnets: components["schemas"]["CutoverSubnet"][];
            /** @description All of it for people, in Markdown */
            text: string;
            warnings: components["schemas"]["CutoverFinding"][];
        };
        /** @enum {string} */
        IngressDeployment: "BYO" | "MANAGED" | "ADDON";
        IngressEndpoints: {
            count: number;
            namespace: string;
            service: string;
        };
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
            api: components["schemas"]["IngressApi"];
            applicationGateway: {
                maxInstances: number;
                minInstances: number;
                sku: components["schemas"]["ApplicationGatewaySku"];
            } | null;
            associationId: string | null;
            cluster: string;
            /** @description What to install in the cluster, once, before the manifests are applied */
            controller: {
                /** @description Null where AKS installs it */
                chart: string | null;
                /** @description Null for AGIC */
                gatewayApiVersion: string | null;
                namespace: string;
                /** @description Helm values; null until the identity exists, and for the add-on */
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
            /** @description The ApplicationLoadBalancer of the manifests that the ALB Controller makes the trafficController from */
            loadBalancer: {
                name: string;
                namespace: string;
            } | null;
            name: string;
            namespace: string;
            region: string;
            /** @description In the answer of a DELETE, also of a dry run: what goes, in this order. Else null */
            removal: components["schemas"]["IngressGatewayRemoval"] | null;
            /** @description ARM id of the trafficController, null where the ALB Controller makes it, or of the Application Gateway */
            resourceId: string | null;
            /** @description ARM id of the securityPolicy that admits the WAF policy */
            securityPolicyId: string | null;
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
            /** @description WAF policies that routes name, and whether the controller may attach them yet; in lists empty */
            wafPolicies: components["schemas"]["IngressWafGrant"][];
        };
        IngressGatewayFrontend: {
            fqdn: string | null;
            ipAddress: string | null;
            name: string;
            resourceId: string | null;
        };
        /** @enum {string} */
        IngressGatewayKind: "AGC" | "AGIC";
        IngressGatewayPage: {
            items: components["schemas"]["IngressGateway"][];
            nextCursor: string | null;
        };
        IngressGatewayPlan: {
            gateways: components["schemas"]["PlannedIngressGateway"][];
            /** @description Routes that leave their place because another ties them to routes elsewhere, or because they no longer fit */
            moves: components["schemas"]["IngressRouteMove"][];
            newGateways: number;
            /** @description Delegated /24 that the network of the nodes must have free: one for each new gateway (AGC-22) */
            newSubnets: number;
        };
        IngressGatewayPlanRequest: {
            cluster: string;
            controllerVersion?: string;
            /** @description Gateways of an earlier plan: routes stay where they are. Those that exist under the name are taken by themselves */
            current?: components["schemas"]["CurrentIngressGateway"][];
            /** @default BYO */
            deployment: components["schemas"]["IngressDeployment"];
            /** @description Pods behind Services; one by default */
            endpoints?: components["schemas"]["IngressEndpoints"][];
            /** @description Of the first gateway; further ones are called name-2, name-3, ... */
            name: string;
            /** @description Kubernetes namespace of the Gateways; the name's by default */
            namespace?: string;
            /** @description Their frontends are chosen by the plan */
            routes: components["schemas"]["PlannedIngressRoute"][];
        };
        IngressGatewayRemoval: {
            /** @description Once Azure has let go of the subnet */
            addressesGivenBack: components["schemas"]["Cidr"][];
            resources: components["schemas"]["IngressRemovedResource"][];
            /** @description Names of the routes that go with it */
            routes: string[];
        };
        IngressGatewayRequest: {
            /** @description Deployment ADDON is a preview of AKS: true is needed */
            acceptPreview?: boolean;
            /** @description What its routes are written in, and judged by when they are put; the Gateway API by default */
            api?: components["schemas"]["IngressApi"];
            /** @description Of kind AGIC */
            applicationGateway?: components["schemas"]["IngressApplicationGateway"];
            cluster: string;
            controllerVersion?: string;
            defaultBackend?: {
                healthCheck?: components["schemas"]["IngressHealthCheck"];
                namespace?: string;
                port: number;
                service: string;
            };
            /**
             * @description Who makes the Azure resources: Podspan, the ALB Controller of the Helm chart, or that of the AKS add-on (preview). Of kind AGIC Podspan makes them, and AGIC runs by the Helm chart (BYO) or by the AKS add-on
             * @default BYO
             */
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
            /** @description A private address beside the public one, of kind AGIC; AGC has none */
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
        IngressLimitUsage: {
            count: number;
            limit: string;
            max: number;
            of: string;
            rule: string;
        };
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
        IngressPlace: {
            frontend: string;
            gateway: string;
        };
        IngressProhibitedTarget: {
            hostname?: string;
            paths?: string[];
        };
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
        /** @enum {string} */
        IngressRemovalChange: "DELETE" | "UPDATE";
        IngressRemovedResource: {
            change: components["schemas"]["IngressRemovalChange"];
            resourceId: string;
            step: string;
            title: string;
        };
        IngressRewrite: {
            /** @description In place of the whole path */
            fullPath?: string;
            host?: string;
            /** @description In place of the prefix that matched */
            pathPrefix?: string;
        };
        IngressRoute: {
            /** @description Of a gateway of kind AGIC */
            applicationGateway?: components["schemas"]["IngressApplicationGatewayRoute"];
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
        IngressRouteMove: {
            from: components["schemas"]["IngressPlace"];
            route: string;
            to: components["schemas"]["IngressPlace"];
        };
        IngressRoutePage: {
            items: components["schemas"]["IngressRouteView"][];
            nextCursor: string | null;
        };
        IngressRouteView: {
            applicationGateway?: components["schemas"]["IngressApplicationGatewayRoute"];
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
            /** @description Of a gateway of kind AGIC */
            applicationGateway?: components["schemas"]["IngressApplicationGatewayRule"];
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
            /** @description Of a gateway of kind AGIC */
            applicationGateway?: components["schemas"]["IngressApplicationGatewayRule"];
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
            /** @description ARM id of a WAF policy; the controller is given the right to attach it */
            policyId: string;
        };
        IngressWafGrant: {
            failure: components["schemas"]["IngressFailure"] | null;
            policyId: string;
            /** @enum {string} */
            status: "PENDING" | "GRANTED" | "FAILED";
        };
        PlannedIngressFrontend: {
            /** @description Their DNS names point to this frontend */
            hostnames: string[];
            name: string;
            routes: string[];
        };
        PlannedIngressGateway: {
            exists: boolean;
            frontends: components["schemas"]["PlannedIngressFrontend"][];
            name: string;
            /** @description How much of each limit of one AGC its routes use */
            usage: components["schemas"]["IngressLimitUsage"][];
        };
        PlannedIngressRoute: {
            /** @description Of a gateway of kind AGIC */
            applicationGateway?: components["schemas"]["IngressApplicationGatewayRoute"];
            /** @description All of the gateway by default */
            frontends?: string[];
            /**
             * @description Every host by default
             * @default []
             */
            hostnames: string[];
            name: string;
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    planIngressCutover: {
        parameters: {
            query: {
                /** @description How AGIC was installed; a Helm release Azure does not show */
                agic?: "ADDON" | "HELM";
                /** @description Name or id in Podspan, or the ARM id of any cluster */
                cluster: string;
                /** @description Otherwise what Accept prefers; JSON by default */
                format?: "json" | "yaml" | "text";
                /** @description The AGC gateway, there already or to be made; the cluster's only one, or its name with -agc */
                gateway?: string;
                /** @description Further classes to take for AGIC's, separated by commas */
                ingressClass?: string;
                /** @description Of input objects that name none */
                namespace?: string;
                /** @description Whether the cluster moves to overlay too, and when (MAP-35) */
                overlay?: "NONE" | "BEFORE" | "AFTER";
                /** @description Pool of the /24, for a gateway that is still to be made */
                pool?: string;
                /** @description TTL of the DNS records as they are */
                ttlSeconds?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Ingresses of the old controller and what they name, as YAML documents */
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
                    "application/json": components["schemas"]["IngressCutover"];
                    "application/yaml": components["schemas"]["IngressCutover"];
                    "text/markdown": components["schemas"]["IngressCutover"];
                };
            };
        };
    };
    planIngressGateways: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IngressGatewayPlanRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngressGatewayPlan"];
                };
            };
        };
    };
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
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
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
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read: 412 where it has changed since */
                "If-Match"?: string;
            };
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
    applyIngressGateway: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplyIngressGatewayRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppliedIngressGateway"];
                };
            };
        };
    };
    ingressManifests: {
        parameters: {
            query?: {
                /** @description What the routes are written in; what it cannot say is refused. The gateway's own by default */
                api?: components["schemas"]["IngressApi"];
                /** @description kustomize and helm: a folder, as a JSON object of file name and content */
                format?: "yaml" | "json" | "kustomize" | "helm";
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
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
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
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
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
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read: 412 where it has changed since */
                "If-Match"?: string;
            };
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
            201: {
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
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
                /** @description The ETag of what was read: 412 where it has changed since */
                "If-Match"?: string;
            };
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
            query?: {
                /** @description BYO: ARM id of the trafficController */
                albId?: string;
                /** @description Gateway API objects, or Ingress and IngressExtension */
                api?: "GATEWAY" | "INGRESS";
                /** @description Whether the ARM objects exist or the ALB Controller makes them */
                deployment?: "BYO" | "MANAGED";
                /** @description BYO: name of the frontend; several, separated by commas, where hosts need several Gateways */
                frontend?: string;
                /** @description Further classes to take for AGIC's, separated by commas */
                ingressClass?: string;
                /** @description Of input objects that name none */
                namespace?: string;
                /** @description Refuse with 422 while there are blockers */
                strict?: boolean | ("true" | "false" | "");
                /** @description MANAGED: ARM id of the delegated subnet */
                subnetId?: string;
            };
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
