// Generated from libs/client/openapi/provisioning.json by tools/openapi/generate.mjs.
export interface paths {
    "/v1/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["clusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clusters/{cluster}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["cluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clusters/discover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["discoverClusters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/migrations/assess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["assessMigrations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["rollouts"];
        put?: never;
        post: operations["createRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["rollout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["approveRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["cancelRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["rolloutEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["rolloutItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/items/{item}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["rolloutItem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["pauseRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rejectRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resumeRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["retryRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["skipRollout"];
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
        AssessedCluster: {
            addresses: components["schemas"]["MigrationAddresses"];
            ends: components["schemas"]["SupportEnd"][];
            ingress: components["schemas"]["IngressSeen"];
            kubernetesVersion: string;
            moves: components["schemas"]["MigrationMove"][];
            name: string;
            networkMode: components["schemas"]["NetworkMode"];
            /** @description Of the nodes */
            networks: string[];
            problems: components["schemas"]["FailedPrecondition"][];
            region: string;
            resourceGroup: string;
            resourceId: string;
            sizes: components["schemas"]["MigrationSizes"];
            subscriptionId: string;
            target: components["schemas"]["MigrationTarget"] | null;
            verdict: components["schemas"]["MigrationVerdict"];
            warnings: components["schemas"]["MigrationWarning"][];
        };
        /** @enum {string} */
        AssessmentSource: "LISTING" | "AZURE";
        AssessmentSummary: {
            alreadyOverlay: number;
            blocked: number;
            clusters: number;
            /** @description A number of addresses */
            givenBackAddresses: string;
            ready: number;
            unsupported: number;
        };
        CancelBody: {
            /** @enum {string} */
            mode?: "ABORT" | "FINISH";
        };
        Cluster: {
            addresses: components["schemas"]["ClusterAddresses"];
            addressPlan: string;
            /** @description Whether Podspan made it; false for a cluster that it only changed */
            created: boolean;
            createdAt: components["schemas"]["DateTime"];
            dataplane: components["schemas"]["ClusterDataplane"];
            drift: components["schemas"]["ClusterDrift"][];
            /** @description Since when Azure does not show it any more */
            goneSince: components["schemas"]["DateTime"] | null;
            id: string;
            ingress: unknown;
            kubernetesVersion: string;
            name: string;
            network: string;
            /**
             * @description As Azure has it
             * @enum {string}
             */
            networkPlugin: "azure" | "kubenet" | "none";
            /**
             * @description null for flat networking
             * @enum {string|null}
             */
            networkPluginMode: "overlay" | null;
            oidcIssuerUrl: string | null;
            region: string;
            resourceGroup: string;
            resourceId: string;
            /** @description When Azure last showed it to a discovery */
            seenAt: components["schemas"]["DateTime"] | null;
            state: components["schemas"]["ClusterState"];
            subscriptionId: string;
            updatedAt: components["schemas"]["DateTime"];
            vnetResourceId: string;
        };
        ClusterAddresses: {
            apiServerSubnet: components["schemas"]["ClusterSubnet"] | null;
            dnsServiceIp: string;
            gatewaySubnet: components["schemas"]["ClusterSubnet"] | null;
            nodeSubnets: components["schemas"]["ClusterNodeSubnet"][];
            podCidr: string;
            podCidrGrowth: string | null;
            /** @description Of a dual-stack cluster */
            podCidrV6: string | null;
            serviceCidr: string;
            serviceCidrV6: string | null;
        };
        /** @enum {string} */
        ClusterDataplane: "AZURE" | "CILIUM";
        ClusterDiscovery: {
            clusters: components["schemas"]["DiscoveredCluster"][];
            counts: components["schemas"]["DiscoveryCounts"];
            discoveredAt: components["schemas"]["DateTime"];
            subscriptions: components["schemas"]["DiscoveredSubscription"][];
        };
        ClusterDiscoveryInput: {
            /** @description Where to look; by default every subscription that Podspan has clusters in */
            subscriptionIds?: string[];
        };
        /** @description A member that Azure has in another way than Podspan made it */
        ClusterDrift: {
            actual: string | null;
            expected: string | null;
            member: string;
        };
        ClusterNodeSubnet: {
            cidr: string;
            cidrV6: string | null;
            nodePool: string;
            subnetId: string;
        };
        ClusterPage: {
            items: components["schemas"]["Cluster"][];
            nextCursor: string | null;
        };
        ClusterReference: {
            /** @enum {string} */
            dataplane?: "AZURE" | "CILIUM";
            /** @description MIGRATE_INGRESS: over the members of `ingress` */
            ingress?: components["schemas"]["IngressMigrationSpec"];
            /** @description UPGRADE: in place of upgrade.kubernetesVersion */
            kubernetesVersion?: string;
            /** @description MIGRATE_TO_OVERLAY, EXPAND_POD_CIDR: exactly this pod range */
            podCidr?: string;
            /** @description Name or id in Podspan, or the ARM id of any cluster */
            ref: string;
        };
        ClusterSelector: {
            mesh?: string | string[];
            names?: string | string[];
            network?: string | string[];
            region?: string | string[];
            subscriptionId?: string | string[];
            tags?: {
                [key: string]: string;
            };
        };
        /** @enum {string} */
        ClusterState: "PLANNED" | "CREATING" | "READY" | "UPDATING" | "DELETING" | "FAILED" | "CANCELED";
        ClusterSubnet: {
            cidr: string;
            subnetId: string;
        };
        /**
         * Format: date-time
         * @description RFC 3339, answered in UTC
         */
        DateTime: string;
        DiscoveredCluster: {
            change: components["schemas"]["DiscoveryChange"];
            drift: components["schemas"]["ClusterDrift"][];
            name: string;
            resourceId: string;
        };
        DiscoveredSubscription: {
            clusters: number;
            /** @description Why nothing is known of it now; what was known stays */
            error: string | null;
            subscriptionId: string;
        };
        /** @enum {string} */
        DiscoveryChange: "ADDED" | "UPDATED" | "UNCHANGED" | "BUSY" | "GONE";
        DiscoveryCounts: {
            added: number;
            drifted: number;
            gone: number;
            unchanged: number;
            updated: number;
        };
        Eta: {
            earliest: components["schemas"]["DateTime"];
            latest: components["schemas"]["DateTime"];
        };
        FailedPrecondition: {
            code: string;
            conflictsWith?: unknown;
            message: string;
            path: string;
            rule?: string;
            suggestion?: string;
            value?: unknown;
        };
        Failure: {
            code: string;
            details?: unknown;
            httpStatus?: number;
            message: string;
            mustAct: components["schemas"]["MustAct"];
            requestIds?: {
                [key: string]: string;
            };
            retryable: boolean;
            target?: string;
        };
        GateBody: {
            /** @description With a gate: only these; all of the wave, or of the rollout, by default */
            clusters?: string[];
            comment?: string;
            /** @description MIGRATE_INGRESS: a point inside the items; without it the one they stand at */
            gate?: components["schemas"]["RolloutGate"];
            wave?: string;
        };
        IngressMigrationSpec: {
            /**
             * @description ADDON when left out; a Helm release is uninstalled by a person, before the last approval
             * @enum {string}
             */
            agic?: "ADDON" | "HELM";
            /** @description Of kind AGIC */
            applicationGateway?: components["schemas"]["RolloutApplicationGateway"];
            /** @description Whether Podspan applies the manifests, where INGRESS_APPLY allows it; true when left out */
            apply?: boolean;
            /** @description Of the ALB Controller that the cluster will run */
            controllerVersion?: string;
            defaultBackend?: {
                healthCheck?: {
                    healthyThreshold?: number;
                    host?: string;
                    intervalSeconds?: number;
                    path?: string;
                    port?: number;
                    statusCodes?: {
                        end: number;
                        start: number;
                    }[];
                    timeoutSeconds?: number;
                    unhealthyThreshold?: number;
                    useTls?: boolean;
                };
                namespace?: string;
                port: number;
                service: string;
            };
            /** @description Names, or how many; one by default, at most five */
            frontends?: ({
                name: string;
            } | string)[] | number;
            /** @description The cluster's name with -agc by default; each cluster needs its own */
            name?: string;
            /** @description Kubernetes namespace of the Gateway; the gateway's name by default */
            namespace?: string;
            /** @description Pool of another /24 than the address plan's */
            pool?: string;
            /** @description Exactly this gateway subnet */
            subnetCidr?: string;
            /** @description A delegated, empty /24 that exists in the VNet of the nodes */
            subnetId?: string;
            /** @description TTL of the DNS records when they are switched: with 300 s of draining the least time until AGIC may go; 300 when left out */
            ttlSeconds?: number;
            /** @description WAF policy of all routes, in the subscription and region of the gateway */
            wafPolicyId?: string;
        };
        /** @enum {string} */
        IngressSeen: "AGC" | "AGIC" | "NONE";
        /** @enum {string} */
        ItemState: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "SKIPPED";
        MigrationAddresses: {
            /** @description A number of addresses */
            givenBack: string;
            /** @description A number of addresses */
            held: string;
            /** @description A number of addresses */
            needed: string;
        };
        MigrationAssessment: {
            assessedAt: components["schemas"]["DateTime"];
            clusters: components["schemas"]["AssessedCluster"][];
            kubenetEnd: components["schemas"]["SupportEnd"];
            source: components["schemas"]["AssessmentSource"];
            summary: components["schemas"]["AssessmentSummary"];
        };
        MigrationAssessmentInput: {
            /** @description The output of az aks list, an ARM list, or rows of Resource Graph; without it, what Azure has now */
            clusters?: unknown[];
            /** @description The output of az network vnet list, for ranges and peerings around the clusters, and of az network application-gateway list */
            networks?: unknown[];
            /** @description Where new pod ranges come from; by default private space at large */
            pool?: string;
            /** @description Where to look in Azure when no clusters are given; by default every subscription that Podspan has clusters in */
            subscriptionIds?: string[];
        };
        MigrationMove: {
            action: string | null;
            rule: string;
            title: string;
        };
        MigrationSizes: {
            nodes: number;
            nodeSubnetPrefixLength: number;
            peakNodes: number;
            podPrefixLength: number;
        };
        MigrationTarget: {
            /**
             * @description Whether the whole graph of networks was looked at, or what Azure lists alone
             * @enum {string}
             */
            checkedBy: "IPAM" | "LISTING";
            /** @description The range it has; only kubenet can keep it */
            kept: boolean;
            /** @description How many the range holds */
            nodes: number;
            podCidr: string;
        };
        /** @enum {string} */
        MigrationVerdict: "READY" | "BLOCKED" | "UNSUPPORTED";
        MigrationWarning: {
            message: string;
            rule: string;
        };
        /** @enum {string} */
        MustAct: "NOBODY" | "USER" | "OPERATOR";
        /** @enum {string} */
        NetworkMode: "NODE_SUBNET" | "KUBENET" | "POD_SUBNET_DYNAMIC" | "POD_SUBNET_STATIC" | "OVERLAY" | "NONE";
        Operation: {
            clientRequestId: string;
            endedAt?: string;
            httpStatus?: number;
            id: string;
            method: string;
            resourceId: string;
            startedAt?: string;
            state: string;
        };
        RetryBody: {
            clusters?: string[];
        };
        Rollout: {
            action: components["schemas"]["RolloutAction"];
            addressPlan: string;
            counts: components["schemas"]["RolloutCounts"];
            createdAt: components["schemas"]["DateTime"];
            createdBy: string;
            endedAt: components["schemas"]["DateTime"] | null;
            eta: components["schemas"]["Eta"] | null;
            id: string;
            lastSequence: number;
            lifecycle: components["schemas"]["RolloutLifecycle"];
            name: string;
            outcome: components["schemas"]["RolloutOutcome"] | null;
            specHash: string;
            startedAt: components["schemas"]["DateTime"] | null;
            strategy: components["schemas"]["RolloutStrategyView"];
            version: number;
            waiting: components["schemas"]["RolloutWaiting"] | null;
            waitingFor: string | null;
            waves: components["schemas"]["Wave"][];
        };
        /** @enum {string} */
        RolloutAction: "CREATE" | "MIGRATE_TO_OVERLAY" | "EXPAND_POD_CIDR" | "ENABLE_CILIUM" | "UPGRADE" | "DELETE" | "MIGRATE_INGRESS";
        RolloutApplicationGateway: {
            /** @description 10 by default, at most 125 */
            maxInstances?: number;
            minInstances?: number;
            prohibitedTargets?: {
                hostname?: string;
                paths?: string[];
            }[];
            reconcileSeconds?: number;
            /** @enum {string} */
            sku?: "STANDARD_V2" | "WAF_V2";
            watchNamespaces?: string[];
        };
        RolloutBody: {
            /** @enum {string} */
            action: "CREATE" | "MIGRATE_TO_OVERLAY" | "EXPAND_POD_CIDR" | "ENABLE_CILIUM" | "UPGRADE" | "DELETE" | "MIGRATE_INGRESS";
            clusters?: (components["schemas"]["RolloutClusterSpec"] | components["schemas"]["ClusterReference"])[];
            confirmIrreversible?: boolean;
            ingress?: components["schemas"]["IngressMigrationSpec"];
            name: string & (string);
            pools?: components["schemas"]["RolloutPools"];
            selector?: components["schemas"]["ClusterSelector"];
            strategy?: components["schemas"]["RolloutStrategy"];
            topology?: unknown;
            upgrade?: components["schemas"]["UpgradeSpec"];
        };
        RolloutClusterSpec: {
            apiServerVnetIntegration?: boolean;
            /** @enum {string} */
            dataplane: "AZURE" | "CILIUM";
            dnsServiceIp?: string;
            dualStack?: boolean;
            growthFactor?: number;
            ingress?: components["schemas"]["RolloutIngressSpec"];
            internalLoadBalancers?: number;
            ipFamilies?: ("IPv4" | "IPv6")[];
            kubernetesVersion?: string;
            mesh?: string;
            name: string;
            network: string;
            /** @enum {string} */
            networkPolicy?: "NONE" | "AZURE" | "CALICO" | "CILIUM";
            nodePools: components["schemas"]["RolloutNodePoolSpec"][];
            /** @enum {string} */
            outboundType?: "LOAD_BALANCER" | "USER_DEFINED_ROUTING" | "MANAGED_NAT_GATEWAY" | "USER_ASSIGNED_NAT_GATEWAY" | "NONE";
            /** @description Exactly this pod range */
            podCidr?: string;
            podCidrs?: string[];
            /** @enum {string} */
            podCidrScope: "REUSABLE" | "UNIQUE";
            privateCluster?: boolean;
            region: string;
            resourceGroup: string;
            /** @description Exactly this service range */
            serviceCidr?: string;
            serviceCidrs?: string[];
            /** Format: uuid */
            subscriptionId: string;
            tags?: {
                [key: string]: string;
            };
        };
        RolloutCounts: {
            canceled: number;
            failed: number;
            pending: number;
            running: number;
            skipped: number;
            succeeded: number;
            total: number;
        };
        RolloutEvent: {
            at: components["schemas"]["DateTime"];
            cluster: string | null;
            data: unknown;
            sequence: number;
            type: string;
            wave: string | null;
        };
        RolloutEventPage: {
            items: components["schemas"]["RolloutEvent"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        RolloutFailureMode: "STRICT" | "FAST";
        /** @enum {string} */
        RolloutGate: "SWITCH_DNS" | "DISABLE_AGIC";
        RolloutIngressSpec: {
            /** @description Deployment ADDON is a preview of AKS: true is needed */
            acceptPreview?: boolean;
            /** @description Of kind AGIC */
            applicationGateway?: components["schemas"]["RolloutApplicationGateway"];
            /** @description Of the ALB Controller that the cluster will run */
            controllerVersion?: string;
            defaultBackend?: {
                healthCheck?: {
                    healthyThreshold?: number;
                    host?: string;
                    intervalSeconds?: number;
                    path?: string;
                    port?: number;
                    statusCodes?: {
                        end: number;
                        start: number;
                    }[];
                    timeoutSeconds?: number;
                    unhealthyThreshold?: number;
                    useTls?: boolean;
                };
                namespace?: string;
                port: number;
                service: string;
            };
            /** @enum {string} */
            deployment?: "BYO" | "MANAGED" | "ADDON";
            /** @description 80 and 443, which AGC listens on; others are refused */
            frontendPorts?: number[];
            /** @description Names, or how many; one by default, at most five */
            frontends?: ({
                name: string;
            } | string)[] | number;
            /** @enum {string} */
            kind: "AGC" | "AGIC" | "NONE";
            /** @description The cluster's name by default */
            name?: string;
            /** @description Kubernetes namespace of the Gateway; the gateway's name by default */
            namespace?: string;
            /** @description Pool of another /24 than the address plan's */
            pool?: string;
            /** @description A private address beside the public one, of kind AGIC; AGC has none */
            privateFrontend?: boolean;
            /** @description Exactly this gateway subnet */
            subnetCidr?: string;
            /** @description A delegated, empty /24 that exists in the VNet of the nodes */
            subnetId?: string;
            /** @description WAF policy of all routes, in the subscription and region of the gateway */
            wafPolicyId?: string;
        };
        RolloutItem: {
            attempt: number;
            cluster: string;
            endedAt: components["schemas"]["DateTime"] | null;
            id: string;
            lastError: components["schemas"]["Failure"] | null;
            mustAct: components["schemas"]["MustAct"] | null;
            startedAt: components["schemas"]["DateTime"] | null;
            state: components["schemas"]["ItemState"];
            step: string | null;
            stepTitle: string | null;
            waitingFor: string | null;
            wave: string;
        };
        RolloutItemDetails: {
            attempt: number;
            cluster: string;
            endedAt: components["schemas"]["DateTime"] | null;
            id: string;
            lastError: components["schemas"]["Failure"] | null;
            mustAct: components["schemas"]["MustAct"] | null;
            startedAt: components["schemas"]["DateTime"] | null;
            state: components["schemas"]["ItemState"];
            step: string | null;
            steps: components["schemas"]["Step"][];
            stepTitle: string | null;
            waitingFor: string | null;
            wave: string;
        };
        RolloutItemPage: {
            items: components["schemas"]["RolloutItem"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        RolloutLifecycle: "PENDING" | "RUNNING" | "WAITING" | "PAUSED" | "STOPPING" | "DONE";
        RolloutMaintenanceWindow: {
            clusters?: string[];
            /** @description Every day when left out */
            days?: ("MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN")[];
            durationMinutes: number;
            selector?: components["schemas"]["ClusterSelector"];
            start: string;
            /** @description IANA name; the hours of the clock there, also on the days it is changed */
            timeZone: string;
        };
        RolloutNodePoolSpec: {
            count?: number;
            maxCount?: number;
            maxPods?: number;
            maxSurge?: number | string;
            minCount?: number;
            /** @enum {string} */
            mode: "SYSTEM" | "USER";
            name: string;
            /** @enum {string} */
            osType?: "LINUX" | "WINDOWS";
            /** @description Exactly this node subnet */
            subnetCidr?: string;
            vmSize: string;
            zones?: string[];
        };
        /** @enum {string} */
        RolloutOnCancel: "ABORT" | "FINISH";
        /** @enum {string} */
        RolloutOutcome: "SUCCEEDED" | "SUCCEEDED_WITH_FAILURES" | "FAILED" | "CANCELED";
        RolloutPage: {
            items: components["schemas"]["Rollout"][];
            nextCursor: string | null;
        };
        /** @description CREATE needs nodeSubnet and podCidr; MIGRATE_TO_OVERLAY podCidr */
        RolloutPools: {
            apiServerSubnet?: string;
            gatewaySubnet?: string;
            nodeSubnet?: string;
            podCidr?: string;
            podCidrUnique?: string;
            serviceCidr?: string;
        };
        RolloutStrategy: {
            /**
             * @description STRICT when left out: items in flight count as failures to come
             * @enum {string}
             */
            failureMode?: "STRICT" | "FAST";
            /** @description A cluster that has any starts while one of them is open */
            maintenanceWindows?: components["schemas"]["RolloutMaintenanceWindow"][];
            /** @description 10 when left out; percentages round down, 1 at least */
            maxConcurrency?: number | string;
            /** @description Items at a time in one VNet; writes to a VNet are one at a time anyhow */
            maxConcurrencyPerNetwork?: number | string;
            maxConcurrencyPerRegion?: number | string;
            maxConcurrencyPerSubscription?: number | string;
            /** @description 0 when left out; percentages round up */
            maxFailures?: number | string;
            /**
             * @description FINISH when left out
             * @enum {string}
             */
            onCancel?: "ABORT" | "FINISH";
            /**
             * Format: date-time
             * @description Nothing starts before this time
             */
            startAt?: string;
            waves?: components["schemas"]["WaveSpec"][];
        };
        RolloutStrategyView: {
            failureMode: components["schemas"]["RolloutFailureMode"];
            maintenanceWindows?: components["schemas"]["RolloutMaintenanceWindow"][];
            maxConcurrency: number | string;
            maxConcurrencyPerNetwork?: number | string;
            maxConcurrencyPerRegion?: number | string;
            maxConcurrencyPerSubscription?: number | string;
            maxFailures: number | string;
            onCancel: components["schemas"]["RolloutOnCancel"];
            startAt?: components["schemas"]["DateTime"];
            waves?: components["schemas"]["WaveSpec"][];
        };
        RolloutWaiting: {
            facts: {
                [key: string]: string | number;
            };
            kind: components["schemas"]["RolloutWaitKind"];
            /** @description Where time alone ends it */
            until: components["schemas"]["DateTime"] | null;
            wave: string | null;
        };
        /** @enum {string} */
        RolloutWaitKind: "FIRST_DISPATCH" | "ITEMS_IN_FLIGHT" | "SLOT" | "FAILURE_BUDGET" | "MAINTENANCE_WINDOW" | "SOAK" | "SCHEDULE" | "APPROVAL" | "ITEM_APPROVAL" | "RESUME" | "STOPPING";
        SkipBody: {
            clusters?: string[];
            wave?: string;
        };
        Step: {
            attempts: number;
            endedAt?: string;
            failure?: components["schemas"]["Failure"];
            name: string;
            operations: components["schemas"]["Operation"][];
            seconds: number | null;
            startedAt?: string;
            state: components["schemas"]["StepState"];
            title: string;
            waitingFor?: string;
        };
        /** @enum {string} */
        StepState: "PENDING" | "RUNNING" | "WAITING" | "SUCCEEDED" | "SKIPPED" | "FAILED" | "CANCELED";
        SupportEnd: {
            date: string;
            daysLeft: number;
            rule: string;
            what: string;
        };
        UpgradeSpec: {
            /** @description Full, or a minor: then its newest patch, resolved once at the start */
            kubernetesVersion?: string;
            /** @description The newest node image of each pool */
            nodeImage?: boolean;
        };
        Wave: {
            approval: boolean;
            approvedAt: components["schemas"]["DateTime"] | null;
            approvedBy: string | null;
            counts: components["schemas"]["RolloutCounts"];
            index: number;
            maxConcurrency: number | null;
            maxFailures: number | null;
            name: string;
            notBefore: components["schemas"]["DateTime"] | null;
            openedAt: components["schemas"]["DateTime"] | null;
            settledAt: components["schemas"]["DateTime"] | null;
            soakSeconds: number;
            /** @enum {string} */
            state: "PENDING" | "RUNNING" | "DONE";
        };
        WaveSpec: {
            approval?: boolean;
            clusters?: string[];
            maxConcurrency?: number | string;
            maxFailures?: number | string;
            name: string;
            /**
             * Format: date-time
             * @description The wave does not start before this time
             */
            notBefore?: string;
            selector?: components["schemas"]["ClusterSelector"];
            soakSeconds?: number;
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
    clusters: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                network?: string;
                region?: string;
                state?: "PLANNED" | "CREATING" | "READY" | "FAILED" | "CANCELED";
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
                    "application/json": components["schemas"]["ClusterPage"];
                };
            };
        };
    };
    cluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
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
                    "application/json": components["schemas"]["Cluster"];
                };
            };
        };
    };
    discoverClusters: {
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
                "application/json": components["schemas"]["ClusterDiscoveryInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterDiscovery"];
                };
            };
        };
    };
    assessMigrations: {
        parameters: {
            query?: {
                format?: "json" | "csv" | "html";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MigrationAssessmentInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MigrationAssessment"];
                    "text/csv": components["schemas"]["MigrationAssessment"];
                    "text/html": components["schemas"]["MigrationAssessment"];
                };
            };
        };
    };
    rollouts: {
        parameters: {
            query?: {
                cluster?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                lifecycle?: "PENDING" | "RUNNING" | "WAITING" | "PAUSED" | "STOPPING" | "DONE";
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
                    "application/json": components["schemas"]["RolloutPage"];
                };
            };
        };
    };
    createRollout: {
        parameters: {
            query?: {
                /** @description Answers the whole plan (200) and keeps nothing */
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
                "application/json": components["schemas"]["RolloutBody"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    rollout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rollout: string;
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
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    approveRollout: {
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
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GateBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    cancelRollout: {
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
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    rolloutEvents: {
        parameters: {
            query?: {
                /** @description Only events after this sequence */
                after?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
            };
            header?: {
                /** @description The last sequence a stream has told */
                "Last-Event-ID"?: string;
            };
            path: {
                rollout: string;
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
                    "application/json": components["schemas"]["RolloutEventPage"];
                    "text/event-stream": components["schemas"]["RolloutEventPage"];
                };
            };
        };
    };
    rolloutItems: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                state?: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "SKIPPED";
                wave?: string;
            };
            header?: never;
            path: {
                rollout: string;
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
                    "application/json": components["schemas"]["RolloutItemPage"];
                };
            };
        };
    };
    rolloutItem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item: string;
                rollout: string;
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
                    "application/json": components["schemas"]["RolloutItemDetails"];
                };
            };
        };
    };
    pauseRollout: {
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
                rollout: string;
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
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    rejectRollout: {
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
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GateBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    resumeRollout: {
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
                rollout: string;
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
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    retryRollout: {
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
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    skipRollout: {
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
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
}
