// Generated from libs/client/openapi/ipam.json by tools/openapi/generate.mjs.
export interface paths {
    "/v1/address-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["createAddressPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-plans/{plan}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["addressPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-plans/{plan}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["releaseAddressPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-spaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["addressSpaces"];
        put?: never;
        post: operations["createAddressSpace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-spaces/{addressSpace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["addressSpace"];
        put?: never;
        post?: never;
        delete: operations["deleteAddressSpace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-spaces/{addressSpace}/savings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["addressSpaceSavings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/address-spaces/{addressSpace}/utilization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["addressSpaceUtilization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["allocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations/{allocation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["allocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations/{allocation}/expand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["expandAllocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations/{allocation}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["releaseAllocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations/{allocation}/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["renewAllocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/allocations/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["allocateBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["auditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["conflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/discovered-ranges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["discoveredRanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/discoveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["discoveries"];
        put?: never;
        post: operations["startDiscovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/discoveries/{discovery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["discovery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{thing}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["exportThings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["imports"];
        put?: never;
        post: operations["importFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["importReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["importRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ipam/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["checkIpam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["links"];
        put?: never;
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["link"];
        put?: never;
        post?: never;
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meshes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["meshes"];
        put?: never;
        post: operations["createMesh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meshes/{mesh}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["mesh"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meshes/{mesh}/members/{cluster}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["joinMesh"];
        post?: never;
        delete: operations["leaveMesh"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["networks"];
        put?: never;
        post: operations["createNetwork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/networks/{network}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["network"];
        put?: never;
        post?: never;
        delete: operations["deleteNetwork"];
        options?: never;
        head?: never;
        patch: operations["patchNetwork"];
        trace?: never;
    };
    "/v1/pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["pools"];
        put?: never;
        post: operations["createPool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["pool"];
        put?: never;
        post?: never;
        delete: operations["deletePool"];
        options?: never;
        head?: never;
        patch: operations["patchPool"];
        trace?: never;
    };
    "/v1/pools/{pool}/advice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["poolAdvice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/allocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["allocatePrefix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["availableBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["poolForecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/free": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["freeBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/thresholds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["poolThresholds"];
        put?: never;
        post: operations["createThreshold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pools/{pool}/thresholds/{threshold}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["poolThreshold"];
        put?: never;
        post?: never;
        delete: operations["deleteThreshold"];
        options?: never;
        head?: never;
        patch: operations["patchThreshold"];
        trace?: never;
    };
    "/v1/pools/{pool}/utilization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["poolUtilization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reuse/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["checkReuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topologies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["applyTopology"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topology/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["simulateTopology"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["webhooks"];
        put?: never;
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["webhook"];
        put?: never;
        post?: never;
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["webhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["redeliverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/renew-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["renewWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["testWebhook"];
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
        AddressPlan: {
            clusters: components["schemas"]["ClusterAddressPlan"][];
            createdAt: components["schemas"]["DateTime"];
            createdBy: string;
            /** Format: uuid */
            id: string;
            name: string;
            pools: components["schemas"]["PlanPools"];
            /** @description In the answer of a release, also of a dry run: what it gives back, each block with what was held for its growth */
            released?: components["schemas"]["ReleasedBlock"][];
            savings: components["schemas"]["Savings"];
            status: components["schemas"]["AddressPlanStatus"];
        };
        /** @description Everything these clusters need, all or nothing */
        AddressPlanBody: {
            clusters: components["schemas"]["ClusterSpec"][];
            name?: string;
            pools: components["schemas"]["PlanPools"];
            /** @description With ?dryRun=true only: applied first, then rolled back with the plan */
            topology?: components["schemas"]["Topology"];
        };
        /** @enum {string} */
        AddressPlanStatus: "ACTIVE" | "RELEASED";
        AddressSpace: {
            createdAt: components["schemas"]["DateTime"];
            description: string | null;
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description A compartment in which exclusive ranges never overlap */
        AddressSpaceBody: {
            description?: string;
            name: string;
        };
        AddressSpacePage: {
            items: components["schemas"]["AddressSpace"][];
            nextCursor: string | null;
        };
        Advice: {
            /** @description Blocks of the length that are free already; advice is given when there is none */
            available: string;
            message: string;
            /** @description The fewest moves first */
            options: components["schemas"]["AdviceOption"][];
            pool: string;
            prefixLength: number;
            reason: components["schemas"]["AdviceReason"];
        };
        AdviceOption: {
            /** @description How much they hold */
            addresses: string;
            /** @description How many have to leave */
            allocations: number;
            /** @description Would be free */
            block: components["schemas"]["Cidr"];
            moves: components["schemas"]["AdvisedMove"][];
        };
        /** @enum {string} */
        AdviceReason: "NOT_NEEDED" | "NOTHING_TO_MOVE" | "ADVICE";
        AdvisedMove: {
            allocation: string;
            cidr: components["schemas"]["Cidr"];
            /** @description With what is kept for growth: all of it leaves */
            held: components["schemas"]["Cidr"];
            how: components["schemas"]["MoveKind"];
            owner: components["schemas"]["MoveOwner"];
            purpose: string;
            /** @description When waiting is enough */
            until: components["schemas"]["DateTime"] | null;
        };
        Allocation: {
            addressPlan: string | null;
            addressSpace: string;
            /** @description When a quarantined block may be given to others */
            availableAt: components["schemas"]["DateTime"] | null;
            cidr: components["schemas"]["Cidr"];
            createdAt: components["schemas"]["DateTime"];
            createdBy: string;
            expiresAt: components["schemas"]["DateTime"] | null;
            /** @description The enclosing block held back for growth */
            growthBlock: components["schemas"]["Cidr"] | null;
            /** Format: uuid */
            id: string;
            /** @description Text by text, at most 64 */
            labels: {
                [key: string]: string;
            };
            network: string | null;
            owner: components["schemas"]["AllocationOwner"];
            pool: string;
            purpose: string;
            status: components["schemas"]["AllocationStatus"];
            updatedAt: components["schemas"]["DateTime"];
        };
        AllocationBatch: {
            items: components["schemas"]["Allocation"][];
        };
        /** @description All of them or none */
        AllocationBatchBody: {
            items: {
                /** @description Instead of a length: a block of at least so many addresses, rounded up to a power of two */
                addressCount?: string;
                /** @description Exactly this block; never together with prefixLength */
                cidr?: components["schemas"]["Cidr"];
                /** @description Nothing that overlaps these ranges */
                exclude?: components["schemas"]["Cidr"] | components["schemas"]["Cidr"][];
                /** @description Makes it a reservation that ends by itself */
                expiresAt?: components["schemas"]["DateTime"];
                /**
                 * @description For pools of both families
                 * @enum {number}
                 */
                family?: 4 | 6;
                /** @description Text by text, at most 64 */
                labels?: {
                    [key: string]: string;
                };
                owner: components["schemas"]["Owner"];
                /** @description An id or a name */
                pool: string;
                /** @description The length of the block wanted; the pool default when neither this nor cidr is sent */
                prefixLength?: number;
                purpose: string;
                strategy?: components["schemas"]["Strategy"];
                /** @description Only from these ranges */
                within?: components["schemas"]["Cidr"] | components["schemas"]["Cidr"][];
            }[];
        };
        AllocationBody: {
            /** @description Instead of a length: a block of at least so many addresses, rounded up to a power of two */
            addressCount?: string;
            /** @description Exactly this block; never together with prefixLength */
            cidr?: components["schemas"]["Cidr"];
            /** @description Nothing that overlaps these ranges */
            exclude?: components["schemas"]["Cidr"] | components["schemas"]["Cidr"][];
            /** @description Makes it a reservation that ends by itself */
            expiresAt?: components["schemas"]["DateTime"];
            /**
             * @description For pools of both families
             * @enum {number}
             */
            family?: 4 | 6;
            /** @description Text by text, at most 64 */
            labels?: {
                [key: string]: string;
            };
            owner: components["schemas"]["Owner"];
            /** @description The length of the block wanted; the pool default when neither this nor cidr is sent */
            prefixLength?: number;
            purpose: string;
            strategy?: components["schemas"]["Strategy"];
            /** @description Only from these ranges */
            within?: components["schemas"]["Cidr"] | components["schemas"]["Cidr"][];
        };
        AllocationOwner: {
            id: string;
            kind: string;
        };
        AllocationPage: {
            items: components["schemas"]["Allocation"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        AllocationStatus: "RESERVED" | "ACTIVE" | "QUARANTINED" | "RELEASED" | "EXPIRED";
        AuditEvent: {
            action: string;
            actor: string;
            after?: unknown;
            at: components["schemas"]["DateTime"];
            before?: unknown;
            kind: string;
            requestId: string;
            resourceId: string;
            sequence: number;
        };
        AuditEventPage: {
            items: components["schemas"]["AuditEvent"][];
            nextCursor: string | null;
        };
        Available: {
            /** @description How many blocks of the length there are in all */
            count: string;
            /** @description What first fit would give; nothing is held by asking */
            items: components["schemas"]["Block"][];
            /** @enum {string|null} */
            nextCursor: null;
            prefixLength: number;
        };
        Block: {
            /** @description A count of addresses as a decimal string */
            addresses: string;
            cidr: components["schemas"]["Cidr"];
        };
        BlockPage: {
            items: components["schemas"]["Block"][];
            nextCursor: string | null;
        };
        BrokenRule: {
            code: string;
            message: string;
            rule: string;
        };
        /**
         * @description An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22
         * @example 10.40.0.0/22
         */
        Cidr: string;
        Clash: {
            kind: components["schemas"]["ConflictKind"];
            message: string;
            /** @description The networks that bring them together */
            path: string[];
            /** @description The two ranges that overlap */
            ranges: components["schemas"]["ConflictRange"][];
            rule: string;
            /** @description The kind of each link on the path */
            via: components["schemas"]["LinkKind"][];
        };
        ClusterAddressPlan: {
            apiServerSubnet?: components["schemas"]["Cidr"];
            dnsServiceIp: components["schemas"]["IPAddress"];
            gatewaySubnet?: components["schemas"]["Cidr"];
            name: string;
            network: string;
            nodeSubnets: components["schemas"]["NodeSubnet"][];
            peakNodes: number;
            podCidr: components["schemas"]["Cidr"];
            /** @description The enclosing block held back for growth */
            podCidrGrowth: components["schemas"]["Cidr"] | null;
            podCidrReason: components["schemas"]["PodCidrReason"];
            podCidrV6?: components["schemas"]["Cidr"];
            savings: components["schemas"]["Savings"];
            serviceCidr: components["schemas"]["Cidr"];
            serviceCidrV6?: components["schemas"]["Cidr"];
            warnings: components["schemas"]["PlanWarning"][];
        };
        ClusterSpec: {
            apiServerVnetIntegration?: boolean;
            dataplane: components["schemas"]["Dataplane"];
            dnsServiceIp?: string;
            dualStack?: boolean;
            /** @description Hold back a block this many times the pod range: 1, 2, 4 ... */
            growthFactor?: number;
            ingress?: components["schemas"]["IngressSpec"];
            internalLoadBalancers?: number;
            ipFamilies?: ("IPv4" | "IPv6")[];
            kubernetesVersion?: string;
            /** @description An id or a name */
            mesh?: string;
            name: string;
            /** @description An id or a name */
            network: string;
            networkPolicy?: components["schemas"]["NetworkPolicy"];
            nodePools: components["schemas"]["NodePoolSpec"][];
            outboundType?: components["schemas"]["OutboundType"];
            /** @description Exactly this pod range */
            podCidr?: string;
            /** @description One for each of ipFamilies, in that order */
            podCidrs?: string[];
            podCidrScope: components["schemas"]["PodCidrScope"];
            privateCluster?: boolean;
            region: string;
            resourceGroup: string;
            /** @description Exactly this service range */
            serviceCidr?: string;
            serviceCidrs?: string[];
            subscriptionId: string;
            tags?: {
                [key: string]: string;
            };
        };
        Conflict: {
            /** @description Age of the data: seconds since dataSeenAt, else since checkedAt */
            ageSeconds: number;
            /** @description When the estate was last compared */
            checkedAt: components["schemas"]["DateTime"];
            /** @description When Azure was last seen to hold the ranges; null where only Podspan knows them */
            dataSeenAt: components["schemas"]["DateTime"] | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["ConflictKind"];
            message: string;
            openedBy: string;
            /** @description The networks that bring them together */
            path: string[];
            /** @description The two ranges that overlap */
            ranges: components["schemas"]["ConflictRange"][];
            /** @description Null while it is open */
            resolvedAt: components["schemas"]["DateTime"] | null;
            resolvedBy: string | null;
            rule: string;
            since: components["schemas"]["DateTime"];
            /** @description The kind of each link on the path */
            via: components["schemas"]["LinkKind"][];
        };
        /** @enum {string} */
        ConflictKind: "NETWORKS_OVERLAP" | "POD_CIDR_OVERLAPS_NETWORK" | "SERVICE_CIDR_OVERLAPS_NETWORK" | "POD_CIDRS_OVERLAP_IN_MESH" | "UNIQUE_POD_CIDR_SHARED" | "POD_CIDR_OVERLAPS_KUBENET" | "ALLOCATION_OVERLAPS_DISCOVERED";
        ConflictPage: {
            items: components["schemas"]["Conflict"][];
            nextCursor: string | null;
        };
        ConflictRange: {
            cidr: components["schemas"]["Cidr"];
            holder: string;
            /** @enum {string} */
            holderKind: "NETWORK" | "CLUSTER" | "ALLOCATION" | "DISCOVERED";
        };
        /** @enum {string} */
        ConflictStatus: "OPEN" | "RESOLVED" | "ALL";
        /** @enum {string} */
        Dataplane: "AZURE" | "CILIUM";
        /**
         * Format: date-time
         * @description RFC 3339, answered in UTC
         */
        DateTime: string;
        DeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        DeliveryStatus: "PENDING" | "DELIVERED" | "DEAD";
        /** @description A range seen in Azure or imported; may overlap others, always counts as occupied */
        DiscoveredRange: {
            addressSpace: string;
            /** @description Age of the data: seconds since checkedAt */
            ageSeconds: number;
            /** @description When it was last seen */
            checkedAt: components["schemas"]["DateTime"];
            cidr: components["schemas"]["Cidr"];
            cluster: string | null;
            endedAt: components["schemas"]["DateTime"] | null;
            /** @description What else was seen of it */
            facts: {
                [key: string]: unknown;
            };
            /** @description It breaks a rule of today and is kept all the same (OV-74) */
            grandfathered: boolean;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["DiscoveredRangeKind"];
            /** @description How the pods of the cluster get their addresses */
            mode: components["schemas"]["SeenClusterMode"] | null;
            name: string | null;
            /** @description The network of Podspan it belongs to */
            network: string | null;
            resourceId: string | null;
            /** @description Its addresses travel on the network; false for pods behind overlay and for services */
            routed: boolean;
            /** @description Who answers for it: 'azure:' and a subscription, or 'import' */
            scope: string;
            /** @description When it was first seen */
            since: components["schemas"]["DateTime"];
            source: string;
            /** @description STALE: its subscription could not be read since */
            state: components["schemas"]["DiscoveredRangeState"];
            violations: components["schemas"]["BrokenRule"][];
        };
        /** @enum {string} */
        DiscoveredRangeKind: "VIRTUAL_NETWORK" | "SUBNET" | "POD_CIDR" | "SERVICE_CIDR" | "OTHER";
        DiscoveredRangePage: {
            items: components["schemas"]["DiscoveredRange"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        DiscoveredRangeState: "LIVE" | "STALE" | "ENDED";
        /** @description A reading of networks and clusters of Azure. What fails leaves everything seen before, marked as stale */
        Discovery: {
            actor: string;
            finishedAt: components["schemas"]["DateTime"] | null;
            /** Format: uuid */
            id: string;
            startedAt: components["schemas"]["DateTime"];
            status: components["schemas"]["DiscoveryStatus"];
            subscriptions: components["schemas"]["DiscoveryTask"][];
            trigger: components["schemas"]["DiscoveryTrigger"];
        };
        DiscoveryBody: {
            /** @description Where networks go that Podspan does not know */
            addressSpace?: string;
            /** @description Without it: those of the configuration, else those of known networks */
            subscriptions?: string[];
        };
        DiscoveryPage: {
            items: components["schemas"]["Discovery"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        DiscoveryStatus: "RUNNING" | "SUCCEEDED" | "PARTIAL" | "FAILED";
        DiscoveryTask: {
            attempts: number;
            counts: {
                [key: string]: number;
            } | null;
            error: components["schemas"]["DiscoveryTaskError"] | null;
            /** @description Azure asked to wait until then */
            nextAttemptAt: components["schemas"]["DateTime"] | null;
            status: components["schemas"]["DiscoveryTaskStatus"];
            subscriptionId: string;
        };
        DiscoveryTaskError: {
            code: string;
            message: string;
        };
        /** @enum {string} */
        DiscoveryTaskStatus: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED";
        /** @enum {string} */
        DiscoveryTrigger: "REQUEST" | "SCHEDULE";
        /** @description A difference between what Azure has and what Podspan holds */
        Drift: {
            /** @description What Azure has */
            actual: string[];
            addressSpace: string;
            /** @description Age of the data: seconds since checkedAt */
            ageSeconds: number;
            /** Format: uuid */
            allocation: string | null;
            /** @description When Azure was last seen */
            checkedAt: components["schemas"]["DateTime"];
            /** Format: uuid */
            discoveredRange: string | null;
            /** @description What Podspan holds */
            expected: string[];
            /** @description The same as long as the difference lasts */
            key: string;
            kind: components["schemas"]["DriftKind"];
            message: string;
            network: string | null;
            /** @description Since when both could be compared and differed */
            since: components["schemas"]["DateTime"];
        };
        /** @enum {string} */
        DriftKind: "SUBNET_PREFIX_DIFFERS" | "ALLOCATED_NOT_SEEN" | "SEEN_NOT_ALLOCATED" | "NETWORK_PREFIXES_DIFFER" | "NETWORK_NOT_SEEN" | "LINK_NOT_SEEN";
        DriftPage: {
            items: components["schemas"]["Drift"][];
            nextCursor: string | null;
        };
        /** @description Growth to an enclosing block; never shrinks, never moves (OV-100) */
        ExpandBody: {
            cidr?: components["schemas"]["Cidr"];
            /** @description One bit shorter than now when neither this nor cidr is sent */
            prefixLength?: number;
        };
        FamilyUtilization: {
            family: number;
            percent: number;
            /** @description A count of addresses as a decimal string */
            totalAddresses: string;
            /** @description A count of addresses as a decimal string */
            usedAddresses: string;
        };
        Forecast: {
            /** @description Every length that was taken in the window, or that the pool gives by default */
            lengths: components["schemas"]["LengthForecast"][];
            /** @description Of the window, how long the pool has existed */
            observedDays: number;
            pool: string;
            windowDays: number;
        };
        /** @enum {string} */
        ForecastConfidence: "LOW" | "MEDIUM" | "HIGH";
        /** @enum {string} */
        ForecastReason: "EXHAUSTED" | "TOO_YOUNG" | "NO_GROWTH" | "BEYOND_HORIZON";
        HypotheticalCluster: {
            /** @description An id or a name */
            mesh?: string;
            name: string;
            /** @description An id or a name */
            network: string;
            podCidr?: components["schemas"]["Cidr"];
            /** @enum {string} */
            podCidrScope?: "REUSABLE" | "UNIQUE";
            serviceCidr?: components["schemas"]["Cidr"];
        } & {
            [key: string]: unknown;
        };
        Import: {
            actor: string;
            /** @description How many rows have a problem of each code */
            codes: {
                [key: string]: number;
            };
            counts: components["schemas"]["ImportCounts"];
            dryRun: boolean;
            fileName: string | null;
            finishedAt: components["schemas"]["DateTime"] | null;
            format: components["schemas"]["ImportFormat"] | null;
            /** Format: uuid */
            id: string;
            /** @description Columns and members that nothing was read from, once each with the place of the first */
            ignored: components["schemas"]["ImportIgnored"][];
            onError: components["schemas"]["ImportOnError"];
            /** @description About the file as a whole */
            remarks: components["schemas"]["ImportRemark"][];
            startedAt: components["schemas"]["DateTime"];
            status: components["schemas"]["ImportStatus"];
        };
        ImportCounts: {
            created: number;
            refused: number;
            skipped: number;
            total: number;
            unchanged: number;
            updated: number;
        };
        /** @enum {string} */
        ImportFormat: "CSV" | "AZURE_JSON" | "RESOURCE_GRAPH" | "PODSPAN_JSON";
        ImportIgnored: {
            at: string;
            count?: number;
            field: string;
        };
        /** @enum {string} */
        ImportKind: "ADDRESS_SPACE" | "NETWORK" | "PREFIX" | "LINK" | "MESH" | "POOL" | "ALLOCATION" | "PLANNED_CLUSTER" | "DISCOVERED_RANGE";
        /** @enum {string} */
        ImportOnError: "REFUSE" | "SKIP";
        ImportPage: {
            items: components["schemas"]["Import"][];
            nextCursor: string | null;
        };
        ImportProblem: {
            code: string;
            conflictsWith?: unknown;
            message: string;
            path: string;
            rule?: string;
            suggestion?: string;
            value?: unknown;
        };
        ImportQuery: {
            /** @description For rows that name none; needed for Azure JSON when there are several */
            addressSpace?: string;
            dryRun?: string;
            fileName?: string;
            /**
             * @description admin: record networks and links although they make conflicts
             * @enum {string}
             */
            force?: "true" | "false" | "";
            /**
             * @description Without it: told by the first character
             * @enum {string}
             */
            format?: "CSV" | "AZURE_JSON" | "RESOURCE_GRAPH" | "PODSPAN_JSON" | "AZURE" | "JSON";
            /** @description The kind of CSV rows that say none */
            kind?: components["schemas"]["ImportKind"];
            /**
             * @description refuse: all rows or none; skip: write the good ones
             * @default REFUSE
             * @enum {string}
             */
            onError: "REFUSE" | "SKIP";
        };
        ImportRemark: {
            code: string;
            message: string;
        };
        ImportReport: {
            actor: string;
            /** @description How many rows have a problem of each code */
            codes: {
                [key: string]: number;
            };
            counts: components["schemas"]["ImportCounts"];
            dryRun: boolean;
            fileName: string | null;
            finishedAt: components["schemas"]["DateTime"] | null;
            format: components["schemas"]["ImportFormat"] | null;
            /** Format: uuid */
            id: string;
            /** @description Columns and members that nothing was read from, once each with the place of the first */
            ignored: components["schemas"]["ImportIgnored"][];
            onError: components["schemas"]["ImportOnError"];
            /** @description About the file as a whole */
            remarks: components["schemas"]["ImportRemark"][];
            /** @description The first 1000 rows; all of them under /v1/imports/{import}/rows */
            rows: components["schemas"]["ImportRow"][];
            startedAt: components["schemas"]["DateTime"];
            status: components["schemas"]["ImportStatus"];
        };
        ImportRow: {
            /** @description Where in the file: lines[17], or [3].subnets[0] */
            at: string;
            kind: components["schemas"]["ImportKind"] | null;
            name: string | null;
            outcome: components["schemas"]["ImportRowOutcome"];
            /** @description Why it was refused or skipped, or what is remarkable about it */
            problems: components["schemas"]["ImportProblem"][];
            /** @description Rows count from 1 in the order they were read */
            row: number;
        };
        /** @enum {string} */
        ImportRowOutcome: "CREATED" | "UPDATED" | "UNCHANGED" | "SKIPPED" | "REFUSED";
        ImportRowPage: {
            items: components["schemas"]["ImportRow"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        ImportStatus: "RUNNING" | "APPLIED" | "REFUSED" | "REHEARSED" | "FAILED";
        /** @enum {string} */
        IngressKind: "AGC" | "AGIC" | "NONE";
        /** @description What the address plan reads of the ingress of a cluster, beside what belongs to the ingress service */
        IngressSpec: {
            /** @description Judged by the ingress service */
            acceptPreview?: unknown;
            /** @description Judged by the ingress service; the plan reads what it scales to */
            applicationGateway?: {
                maxInstances?: number;
            } & {
                [key: string]: unknown;
            };
            /** @description Judged by the ingress service */
            controllerVersion?: unknown;
            /** @description Judged by the ingress service */
            defaultBackend?: unknown;
            /** @description Judged by the ingress service */
            deployment?: unknown;
            frontendPorts?: number[];
            frontends?: unknown[] | number;
            kind: components["schemas"]["IngressKind"];
            /** @description Judged by the ingress service */
            name?: unknown;
            /** @description Judged by the ingress service */
            namespace?: unknown;
            /** @description Judged by the ingress service */
            pool?: unknown;
            privateFrontend?: boolean;
            /** @description Exactly this gateway subnet */
            subnetCidr?: string;
            /** @description Judged by the ingress service */
            subnetId?: unknown;
            /** @description Judged by the ingress service */
            wafPolicyId?: unknown;
        };
        Invariant: {
            /** @description In how many places it does not */
            broken: number;
            /** @description The first 20 of them */
            examples: components["schemas"]["InvariantBreach"][];
            /** @description Stable, lower_snake */
            name: string;
            /** @description What must hold */
            rule: string;
        };
        InvariantBreach: {
            message: string;
            subject: string;
        };
        /**
         * @description An IPv4 or IPv6 address
         * @example 10.40.0.10
         */
        IPAddress: string;
        IpamCheck: {
            /** @description All of it as it was at this moment */
            checkedAt: components["schemas"]["DateTime"];
            /** @description Nothing is broken */
            clean: boolean;
            counts: components["schemas"]["IpamCheckCounts"];
            invariants: components["schemas"]["Invariant"][];
            tookMilliseconds: number;
        };
        /** @description What was looked at */
        IpamCheckCounts: {
            allocations: number;
            freeBlocks: number;
            held: number;
            networks: number;
            openConflicts: number;
            pools: number;
        };
        LengthCount: {
            /** @description How many blocks of the length can be given in all */
            available: string;
            family: number;
            /** @description Largest free blocks of exactly this length */
            freeBlocks: number;
            prefixLength: number;
        };
        LengthForecast: {
            /** @description Everything taken, in blocks of this length */
            allBlocksPerDay: number;
            /** @description Blocks of this length that can still be given */
            blocksLeft: string;
            confidence: components["schemas"]["ForecastConfidence"] | null;
            family: number;
            message: string;
            /** @description Taken of this length, less what came back */
            ownBlocksPerDay: number;
            prefixLength: number;
            /** @description Why there is no date */
            reason: components["schemas"]["ForecastReason"] | null;
            runsOutAt: components["schemas"]["RunsOutAt"] | null;
        };
        Link: {
            createdAt: components["schemas"]["DateTime"];
            /** @description Recorded with ?force=true although it made conflicts */
            forced: boolean;
            from: string;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["LinkKind"];
            name: string;
            to: string;
        };
        /** @description An edge between two networks; it has no direction */
        LinkBody: {
            /** @description An id or a name */
            from: string;
            kind: components["schemas"]["LinkKind"];
            /** @description An id or a name */
            to: string;
        };
        /** @enum {string} */
        LinkKind: "PEERING" | "CONNECTED_GROUP" | "EXPRESSROUTE" | "VPN" | "VIRTUAL_WAN";
        LinkPage: {
            items: components["schemas"]["Link"][];
            nextCursor: string | null;
        };
        ListedNetwork: {
            addressSpace: string;
            createdAt: components["schemas"]["DateTime"];
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["NetworkKind"];
            name: string;
            prefixes: components["schemas"]["Cidr"][];
            region: string | null;
            resourceId: string | null;
            routingDomain?: components["schemas"]["RoutingDomain"];
            subscriptionId: string | null;
            updatedAt: components["schemas"]["DateTime"];
        };
        Mesh: {
            createdAt: components["schemas"]["DateTime"];
            description: string | null;
            /** @description Those recorded with ?force=true whose pod range overlaps that of another member */
            forcedMembers: string[];
            /** Format: uuid */
            id: string;
            members: string[];
            name: string;
        };
        /** @description Clusters that dial each other's pod addresses */
        MeshBody: {
            description?: string;
            name: string;
        };
        MeshPage: {
            items: components["schemas"]["Mesh"][];
            nextCursor: string | null;
        };
        /**
         * @description WAIT: rests in quarantine. MOVE: its owner takes another block. REBUILD: what uses it cannot change its range (OV-100, SN-05)
         * @enum {string}
         */
        MoveKind: "WAIT" | "MOVE" | "REBUILD";
        MoveOwner: {
            id: string;
            kind: string;
        };
        Network: {
            addressSpace: string;
            createdAt: components["schemas"]["DateTime"];
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["NetworkKind"];
            name: string;
            prefixes: components["schemas"]["Cidr"][];
            region: string | null;
            resourceId: string | null;
            routingDomain: components["schemas"]["RoutingDomain"];
            subscriptionId: string | null;
            updatedAt: components["schemas"]["DateTime"];
        };
        /** @description A VNet, an on-premises range or an external range */
        NetworkBody: {
            /** @description An id or a name */
            addressSpace: string;
            kind: components["schemas"]["NetworkKind"];
            name: string;
            /** @description The ranges of the network */
            prefixes: components["schemas"]["Cidr"][];
            region?: string;
            resourceId?: string;
            subscriptionId?: string;
        };
        /** @enum {string} */
        NetworkKind: "VIRTUAL_NETWORK" | "ON_PREMISES" | "EXTERNAL";
        NetworkPage: {
            items: components["schemas"]["ListedNetwork"][];
            nextCursor: string | null;
        };
        /** @description Merge patch: null clears a member */
        NetworkPatch: {
            /** @description immutable */
            addressSpace?: unknown;
            /** @description immutable */
            kind?: unknown;
            /** @description immutable */
            name?: unknown;
            /** @description The ranges of the network */
            prefixes?: components["schemas"]["Cidr"][];
            region?: string | null;
            resourceId?: string | null;
            subscriptionId?: string | null;
        };
        /** @enum {string} */
        NetworkPolicy: "NONE" | "AZURE" | "CALICO" | "CILIUM";
        /** @enum {string} */
        NodePoolMode: "SYSTEM" | "USER";
        NodePoolSpec: {
            count?: number;
            maxCount?: number;
            maxPods?: number;
            /** @description Nodes or a percentage such as 33%; max(1, 10 %) when left out (C-02) */
            maxSurge?: number | string;
            minCount?: number;
            mode: components["schemas"]["NodePoolMode"];
            name: string;
            osType?: components["schemas"]["OsType"];
            /** @description Exactly this node subnet */
            subnetCidr?: string;
            vmSize: string;
            zones?: string[];
        };
        NodeSubnet: {
            cidr: components["schemas"]["Cidr"];
            nodePool: string;
        };
        /** @enum {string} */
        OsType: "LINUX" | "WINDOWS";
        /** @enum {string} */
        OutboundType: "LOAD_BALANCER" | "USER_DEFINED_ROUTING" | "MANAGED_NAT_GATEWAY" | "USER_ASSIGNED_NAT_GATEWAY" | "NONE";
        /** @description Who holds the block. The same owner asking for the same purpose gets the same block again */
        Owner: {
            id: string;
            /** @description In any case, kept as UPPER_SNAKE: CLUSTER, NODE_POOL, ROLLOUT, ADDRESS_PLAN, INGRESS_GATEWAY, INGRESS_ROUTE, NETWORK, SUBNET, SUBSCRIPTION, APPLICATION, SERVICE, ENVIRONMENT, TENANT, TEAM, USER, PROJECT, FLEET, MESH, WORKLOAD, PIPELINE, EXTERNAL, OTHER */
            kind: string;
        };
        PlanPools: {
            /** @description nodeSubnet when it is left out */
            apiServerSubnet?: string;
            /** @description nodeSubnet when it is left out */
            gatewaySubnet?: string;
            /** @description An id or a name */
            nodeSubnet: string;
            /** @description An id or a name */
            podCidr: string;
            /** @description For clusters of podCidrScope UNIQUE; podCidr serves both when it is left out */
            podCidrUnique?: string;
            /** @description 10.0.0.0/16 for everybody when it is left out and free of overlaps */
            serviceCidr?: string;
        };
        PlanWarning: {
            code: string;
            conflictsWith?: unknown;
            message: string;
            path: string;
            rule?: string;
            suggestion?: string;
            value?: unknown;
        };
        PodCidrReason: {
            message: string;
            /** @description Earlier candidates and why they were not taken */
            refused: components["schemas"]["RefusedCandidate"][];
        };
        /** @enum {string} */
        PodCidrScope: "REUSABLE" | "UNIQUE";
        Pool: {
            addressSpace: string;
            cidrs: components["schemas"]["Cidr"][];
            cooldownSeconds: number;
            createdAt: components["schemas"]["DateTime"];
            defaultPrefixLength: number | null;
            /** Format: uuid */
            id: string;
            /** @description Text by text, at most 64 */
            labels: {
                [key: string]: string;
            };
            maxPrefixLength: number | null;
            minPrefixLength: number | null;
            name: string;
            network: string | null;
            parentPool: string | null;
            purposes: string[];
            quotas: components["schemas"]["Quota"][];
            reuse: components["schemas"]["ReuseKind"];
            strategy: components["schemas"]["Strategy"];
            updatedAt: components["schemas"]["DateTime"];
        };
        PoolBody: {
            /** @description An id or a name */
            addressSpace: string;
            /** @description Used in this order; neighbours are never joined */
            cidrs: components["schemas"]["Cidr"][];
            /** @description How long a released block rests before others may have it */
            cooldownSeconds?: number;
            defaultPrefixLength?: number;
            /** @description Text by text, at most 64 */
            labels?: {
                [key: string]: string;
            };
            maxPrefixLength?: number;
            minPrefixLength?: number;
            name: string;
            /** @description The network its subnets lie in */
            network?: string;
            /** @description The pool it is carved from */
            parentPool?: string;
            purposes?: string[];
            /** @description What blocks at rest in quarantine take is not counted */
            quotas?: components["schemas"]["QuotaBody"][];
            reuse: components["schemas"]["ReuseKind"];
            strategy?: components["schemas"]["Strategy"];
        };
        PoolFill: {
            largestFreePrefixLength: number | null;
            parentPool: string | null;
            percent: number;
            pool: string;
            reuse: components["schemas"]["ReuseKind"];
            /** @description A count of addresses as a decimal string */
            totalAddresses: string;
            /** @description A count of addresses as a decimal string */
            usedAddresses: string;
        };
        PoolPage: {
            items: components["schemas"]["Pool"][];
            nextCursor: string | null;
        };
        /** @description Merge patch: null clears a member */
        PoolPatch: {
            /** @description immutable */
            addressSpace?: unknown;
            /** @description immutable */
            cidrs?: unknown;
            cooldownSeconds?: number;
            defaultPrefixLength?: number | null;
            /** @description Text by text, at most 64 */
            labels?: {
                [key: string]: string;
            };
            maxPrefixLength?: number | null;
            minPrefixLength?: number | null;
            name?: string;
            /** @description An id or a name */
            network?: string | null;
            /** @description immutable */
            parentPool?: unknown;
            purposes?: string[];
            /** @description All rules anew; who holds more already keeps it and gets no more */
            quotas?: components["schemas"]["QuotaBody"][];
            /** @description immutable */
            reuse?: unknown;
            strategy?: components["schemas"]["Strategy"];
        };
        PoolThreshold: {
            createdAt: components["schemas"]["DateTime"];
            createdBy: string;
            family: number | null;
            /** Format: uuid */
            id: string;
            maxPercent: number | null;
            /** @description Blocks that could be given, or per cent used, when last looked at */
            measured: string | null;
            measuredAt: components["schemas"]["DateTime"] | null;
            /** @description A count of addresses as a decimal string */
            minFree: string | null;
            pool: string;
            prefixLength: number | null;
            /** @description A count of addresses as a decimal string */
            recoverFree: string | null;
            recoverPercent: number | null;
            since: components["schemas"]["DateTime"];
            state: components["schemas"]["ThresholdState"];
        };
        PoolUtilization: {
            /** @description Only when asked for */
            breakdown: components["schemas"]["UtilizationBreakdown"] | null;
            /** @description What can be had of each length, from the largest free block on */
            freeByLength: components["schemas"]["LengthCount"][];
            /** @description How many largest free blocks there are of each length */
            freeByPrefixLength: {
                [key: string]: number;
            };
            /** @description null when nothing is free */
            largestFreePrefixLength: number | null;
            percent: number;
            /** @description A count of addresses as a decimal string */
            totalAddresses: string;
            /** @description A count of addresses as a decimal string */
            usedAddresses: string;
        };
        ProblemDocument: {
            /** @description Stable, lower_snake */
            code: string;
            detail: string;
            errors?: {
                code: string;
                conflictsWith?: unknown;
                message: string;
                /** @description Where in the request, such as clusters[3].nodePools[0].maxPods */
                path: string;
                /** @description The rule id, such as OV-23 */
                rule?: string;
                suggestion?: string;
                value?: unknown;
            }[];
            instance?: string;
            status: number;
            title: string;
            traceId?: string;
            type: string;
        };
        Quota: {
            /** @description A count of addresses as a decimal string */
            maxAddresses: string | null;
            maxAllocations: number | null;
            ownerId: string | null;
            ownerKind: string | null;
        };
        /** @description What one owner may hold in the pool at most; the most exact rule about an owner counts */
        QuotaBody: {
            /** @description A block counts with what is held back for its growth */
            maxAddresses?: string;
            maxAllocations?: number;
            /** @description The rule is for this owner alone; needs ownerKind */
            ownerId?: string;
            /** @description The rule is for owners of this kind; for every owner when left out */
            ownerKind?: string;
        };
        RefusedCandidate: {
            cidr: components["schemas"]["Cidr"];
            code: string;
            conflictsWith: string;
            message: string;
            /** @description From the cluster's network to the one that holds the clashing range */
            path: string[];
            rule: string;
        };
        ReleasedBlock: {
            cidr: components["schemas"]["Cidr"];
            cluster: string;
            pool: string;
            purpose: string;
        };
        ReleasePlanBody: {
            /** @description Only these; all when left out */
            clusters?: string[];
        };
        RenewBody: {
            /** @description null: hold without end */
            expiresAt: components["schemas"]["DateTime"] | null;
        };
        ReuseCheck: {
            allowed: boolean;
            /** @description False when there are more reasons than the 1,000 given */
            isComplete: boolean;
            reasons: components["schemas"]["ReuseReason"][];
        };
        ReuseCheckBody: {
            /** @description Names of planned clusters, or clusters that are only imagined */
            clusters: (string | components["schemas"]["HypotheticalCluster"])[];
            /** @description Without it: the ranges that the clusters hold */
            podCidr?: components["schemas"]["Cidr"];
        };
        /**
         * @description EXCLUSIVE: routed, no two blocks overlap. REUSABLE: pod and service ranges, the same block for many
         * @enum {string}
         */
        ReuseKind: "EXCLUSIVE" | "REUSABLE";
        ReuseReason: {
            clusters: string[];
            code: string;
            conflictsWith?: string;
            message: string;
            path: string[];
            rule: string;
        };
        /** @description Observed, not declared: a connected component of the graph of links */
        RoutingDomain: {
            /** @description The first of its networks by name */
            name: string;
            /** @description The networks connected by links, sorted */
            networks: string[];
        };
        RunsOutAt: {
            /** @description When all that is taken packs into such blocks, at the upper end of the rate */
            earliest: components["schemas"]["DateTime"];
            /** @description At the lower end, by what surely takes such blocks; null: not within ten years, or perhaps never */
            latest: components["schemas"]["DateTime"] | null;
        };
        Savings: {
            /** @description What the same nodes and pods would take from the network in flat mode (SN-11) */
            flatAddresses: string;
            /** @description What they take in overlay mode: one address per node */
            overlayAddresses: string;
            /** @description A count of addresses as a decimal string */
            savedAddresses: string;
        };
        SearchHit: {
            addressSpace: string;
            cidr: components["schemas"]["Cidr"];
            /** @description The block held back for growth around it */
            growthBlock: components["schemas"]["Cidr"] | null;
            id: string;
            kind: components["schemas"]["SearchHitKind"];
            /** @description Of an allocation: its owner and purpose */
            name: string;
            pool: string | null;
            status: string | null;
        };
        /**
         * @description GROWTH_BLOCK: only what an allocation keeps for its growth is hit. CLUSTER: a range of a cluster that no pool gave
         * @enum {string}
         */
        SearchHitKind: "POOL" | "ALLOCATION" | "GROWTH_BLOCK" | "NETWORK" | "DISCOVERED" | "CLUSTER";
        SearchHits: {
            items: components["schemas"]["SearchHit"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        SeenClusterMode: "OVERLAY" | "KUBENET" | "NODE_SUBNET" | "POD_SUBNET" | "BYO";
        SimulateBody: {
            addLinks?: components["schemas"]["LinkBody"][];
            addPrefixes?: {
                cidr: components["schemas"]["Cidr"];
                /** @description An id or a name */
                network: string;
            }[];
            addToMesh?: {
                cluster: string;
                /** @description An id or a name */
                mesh: string;
            }[];
            /** @description Ids, names, or from, to and kind */
            removeLinks?: (string | components["schemas"]["LinkBody"])[];
        };
        Simulation: {
            /** @description All of them */
            conflictCount: number;
            /** @description Clashes the change would make, the first 1,000 */
            conflicts: components["schemas"]["Clash"][];
            /** @description Clashes the change would end, the first 1,000 */
            resolved: components["schemas"]["Clash"][];
            resolvedCount: number;
        };
        SpaceSavings: {
            addressSpace: string;
            clusters: number;
            /** @description What the nodes and pods would take from the networks in flat mode (SN-11) */
            flatAddresses: string;
            /** @description The same in whole subnets, as networks are cut (SN-10, SN-11) */
            flatSubnetAddresses: string;
            /** @description At their peak, with surge */
            nodes: number;
            /** @description What the nodes take in overlay mode */
            overlayAddresses: string;
            /** @description A count of addresses as a decimal string */
            overlaySubnetAddresses: string;
            /** @description All pod ranges, each as often as it is used */
            podAddresses: string;
            /** @description The same, a shared range counted once */
            podAddressesShared: string;
            /** @description A count of addresses as a decimal string */
            savedAddresses: string;
            /** @description A count of addresses as a decimal string */
            savedSubnetAddresses: string;
        };
        SpaceUtilization: {
            addressSpace: string;
            /** @description Of the exclusive root pools: what is held at any depth; what a child pool has but nobody holds is not used */
            families: components["schemas"]["FamilyUtilization"][];
            pools: components["schemas"]["PoolFill"][];
        };
        /**
         * @description Lowest block, smallest free block that fits, or highest block
         * @enum {string}
         */
        Strategy: "FIRST_FIT" | "BEST_FIT" | "LAST_FIT";
        /** @description Fewer than minFree blocks of a length left, or maxPercent used */
        ThresholdBody: {
            /**
             * @description For pools of both families
             * @enum {number}
             */
            family?: 4 | 6;
            /** @description A breach when so much is used */
            maxPercent?: number;
            /** @description A breach when fewer blocks of the length can be given */
            minFree?: number | string;
            /** @description The size class that is watched */
            prefixLength?: number;
            /** @description Over with so many again; minFree and one more by default */
            recoverFree?: number | string;
            /** @description Over at this; five less by default */
            recoverPercent?: number;
        };
        ThresholdPage: {
            items: components["schemas"]["PoolThreshold"][];
            nextCursor: string | null;
        };
        /** @description Other marks for what is watched; it is measured anew at once */
        ThresholdPatch: {
            /**
             * @description Cannot be changed
             * @enum {number}
             */
            family?: 4 | 6;
            maxPercent?: number;
            /** @description A count of blocks, as a number or a decimal string */
            minFree?: number | string;
            /** @description Cannot be changed: another length is another threshold */
            prefixLength?: number;
            /** @description Stays as it is when left out, unless minFree passes it: then minFree and one more */
            recoverFree?: number | string;
            /** @description Stays when left out, unless maxPercent passes it: then five less */
            recoverPercent?: number;
        };
        /** @enum {string} */
        ThresholdState: "OK" | "BREACHED";
        /** @description What shall exist. What exists and is not named stays */
        Topology: {
            addressSpaces?: components["schemas"]["AddressSpaceBody"][];
            links?: components["schemas"]["LinkBody"][];
            meshes?: components["schemas"]["MeshBody"][];
            networks?: components["schemas"]["NetworkBody"][];
            pools?: components["schemas"]["PoolBody"][];
        };
        TopologyChange: {
            /** @enum {string} */
            change: "CREATED" | "CHANGED" | "UNCHANGED";
            /** @enum {string} */
            kind: "ADDRESS_SPACE" | "NETWORK" | "LINK" | "MESH" | "POOL";
            name: string;
        };
        TopologyChanges: {
            changes: components["schemas"]["TopologyChange"][];
        };
        UtilizationBreakdown: {
            /** @description Given to child pools, whether used there or not */
            childPoolAddresses: string;
            /** @description Held by somebody, with what is kept for growth; a shared range once */
            heldAddresses: string;
            /** @description Seen in use elsewhere: discovered, on-premises and external ranges */
            otherAddresses: string;
            /** @description Released, and resting before others may have them */
            quarantinedAddresses: string;
        };
        Webhook: {
            createdAt: components["schemas"]["DateTime"];
            createdBy: string;
            enabled: boolean;
            events: string[];
            /** Format: uuid */
            id: string;
            name: string;
            /** @description whsec_...; shown once, in the first answer to its making and to its renewal */
            secret: string | null;
            updatedAt: components["schemas"]["DateTime"];
            url: string;
        };
        /** @description A receiver of events, signed as Standard Webhooks */
        WebhookBody: {
            enabled?: boolean;
            /** @description Which events; empty: all. pool.threshold.breached, pool.threshold.recovered, conflict.opened, conflict.resolved, webhook.test */
            events?: ("pool.threshold.breached" | "pool.threshold.recovered" | "conflict.opened" | "conflict.resolved" | "webhook.test")[];
            name: string;
            /** @description https; also http on this machine in local mode. Redirects are not followed */
            url: string;
        };
        WebhookDelivery: {
            attempts: number;
            createdAt: components["schemas"]["DateTime"];
            deliveredAt: components["schemas"]["DateTime"] | null;
            /** @description webhook-id of the request; the same on every attempt */
            event: string;
            /** Format: uuid */
            id: string;
            lastError: string | null;
            lastStatus: number | null;
            nextAttemptAt: components["schemas"]["DateTime"] | null;
            /** @description DEAD: given up; deliver it again when the receiver works */
            status: components["schemas"]["DeliveryStatus"];
            type: string;
        };
        WebhookPage: {
            items: components["schemas"]["Webhook"][];
            nextCursor: string | null;
        };
        WebhookPatch: {
            enabled?: boolean;
            /** @description Which events; empty: all. pool.threshold.breached, pool.threshold.recovered, conflict.opened, conflict.resolved, webhook.test */
            events?: ("pool.threshold.breached" | "pool.threshold.recovered" | "conflict.opened" | "conflict.resolved" | "webhook.test")[];
            /** @description https; also http on this machine in local mode. Redirects are not followed */
            url?: string;
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
    createAddressPlan: {
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
                "application/json": components["schemas"]["AddressPlanBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPlan"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPlan"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    addressPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                plan: string;
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
                    "application/json": components["schemas"]["AddressPlan"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    releaseAddressPlan: {
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
                /** @description An id or a name */
                plan: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleasePlanBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPlan"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    addressSpaces: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
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
                    "application/json": components["schemas"]["AddressSpacePage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createAddressSpace: {
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
                "application/json": components["schemas"]["AddressSpaceBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressSpace"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    addressSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                addressSpace: string;
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
                    "application/json": components["schemas"]["AddressSpace"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deleteAddressSpace: {
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
                /** @description An id or a name */
                addressSpace: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    addressSpaceSavings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                addressSpace: string;
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
                    "application/json": components["schemas"]["SpaceSavings"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    addressSpaceUtilization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                addressSpace: string;
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
                    "application/json": components["schemas"]["SpaceUtilization"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    allocations: {
        parameters: {
            query?: {
                /** @description An id or a name */
                addressSpace?: string;
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
                /** @description Holding this address or range */
                contains?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description key or key=value */
                label?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                overlaps?: components["schemas"]["Cidr"];
                /** @description An owner id, or kind/id */
                owner?: string;
                /** @description An id or a name */
                pool?: string;
                purpose?: string;
                /** @description Without it: RESERVED, ACTIVE and QUARANTINED */
                status?: components["schemas"]["AllocationStatus"];
                within?: components["schemas"]["Cidr"];
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
                    "application/json": components["schemas"]["AllocationPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    allocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                allocation: string;
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
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    expandAllocation: {
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
                /** @description An id or a name */
                allocation: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpandBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    releaseAllocation: {
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
                /** @description An id or a name */
                allocation: string;
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
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    renewAllocation: {
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
                /** @description An id or a name */
                allocation: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenewBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    allocateBatch: {
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
                "application/json": components["schemas"]["AllocationBatchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationBatch"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllocationBatch"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    auditEvents: {
        parameters: {
            query?: {
                /** @description Such as allocation.released */
                action?: string;
                actor?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description allocation, pool, network, link, mesh, address_space, address_plan, webhook, pool_threshold */
                kind?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                requestId?: string;
                /** @description The id of the resource */
                resource?: string;
                /** @description At this moment or later */
                since?: components["schemas"]["DateTime"];
                /** @description Before this moment */
                until?: components["schemas"]["DateTime"];
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
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    conflicts: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description The network, cluster or allocation that holds one of the ranges */
                holder?: string;
                kind?: "NETWORKS_OVERLAP" | "POD_CIDR_OVERLAPS_NETWORK" | "SERVICE_CIDR_OVERLAPS_NETWORK" | "POD_CIDRS_OVERLAP_IN_MESH" | "UNIQUE_POD_CIDR_SHARED" | "POD_CIDR_OVERLAPS_KUBENET" | "ALLOCATION_OVERLAPS_DISCOVERED";
                /** @description How many items, at most 1000 */
                limit?: number;
                /** @description Resolved ones are the history */
                status?: components["schemas"]["ConflictStatus"];
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
                    "application/json": components["schemas"]["ConflictPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    discoveredRanges: {
        parameters: {
            query?: {
                /** @description An id or a name */
                addressSpace?: string;
                cluster?: string;
                /** @description Holding this address or range */
                contains?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                grandfathered?: boolean | ("true" | "false");
                kind?: components["schemas"]["DiscoveredRangeKind"];
                /** @description How many items, at most 1000 */
                limit?: number;
                /** @description An id or a name */
                network?: string;
                overlaps?: components["schemas"]["Cidr"];
                scope?: string;
                /** @description Without it: LIVE and STALE */
                state?: "LIVE" | "STALE" | "ENDED";
                within?: components["schemas"]["Cidr"];
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
                    "application/json": components["schemas"]["DiscoveredRangePage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    discoveries: {
        parameters: {
            query?: {
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
                    "application/json": components["schemas"]["DiscoveryPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    startDiscovery: {
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
                "application/json": components["schemas"]["DiscoveryBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Discovery"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Discovery"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    discovery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                discovery: string;
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
                    "application/json": components["schemas"]["Discovery"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    drift: {
        parameters: {
            query?: {
                /** @description An id or a name */
                addressSpace?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                kind?: components["schemas"]["DriftKind"];
                /** @description How many items, at most 1000 */
                limit?: number;
                /** @description An id or a name */
                network?: string;
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
                    "application/json": components["schemas"]["DriftPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    exportThings: {
        parameters: {
            query?: {
                /** @description Of allocations: only in this address space */
                addressSpace?: string;
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
                /** @description csv: RFC 4180, the columns an import reads. json: one array. jsonl: one object a line */
                format?: "csv" | "json" | "jsonl";
                /** @description Of allocations: only of this pool */
                pool?: string;
            };
            header?: never;
            path: {
                thing: "address-spaces" | "networks" | "links" | "meshes" | "pools" | "allocations" | "planned-clusters" | "discovered-ranges" | "conflicts" | "audit-events";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything of the kind as one file, from one snapshot */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/jsonl": string;
                    "text/csv": string;
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    imports: {
        parameters: {
            query?: {
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
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    importFile: {
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
        /** @description A CSV, or the JSON of az network vnet list, az aks list or Resource Graph; at most 32 MiB */
        requestBody: {
            content: {
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    importReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                import: string;
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
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    importRows: {
        parameters: {
            query?: {
                /** @description Only rows with a problem of this code */
                code?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                outcome?: components["schemas"]["ImportRowOutcome"];
            };
            header?: never;
            path: {
                /** @description An id or a name */
                import: string;
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
                    "application/json": components["schemas"]["ImportRowPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    checkIpam: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["IpamCheck"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    links: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
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
                    "application/json": components["schemas"]["LinkPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createLink: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
                force?: "true" | "false" | "";
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
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                link: string;
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
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deleteLink: {
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
                /** @description An id or a name */
                link: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    meshes: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
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
                    "application/json": components["schemas"]["MeshPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createMesh: {
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
                "application/json": components["schemas"]["MeshBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mesh"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    mesh: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                mesh: string;
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
                    "application/json": components["schemas"]["Mesh"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    joinMesh: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
                force?: "true" | "false" | "";
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description An id or a name */
                cluster: string;
                /** @description An id or a name */
                mesh: string;
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
                    "application/json": components["schemas"]["Mesh"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    leaveMesh: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
                force?: "true" | "false" | "";
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description An id or a name */
                cluster: string;
                /** @description An id or a name */
                mesh: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    networks: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                /** @description Only these, names or ids, with commas between them */
                names?: string;
                /** @description false: without the routing domain, which is as long as the estate */
                routingDomain?: "true" | "false";
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
                    "application/json": components["schemas"]["NetworkPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createNetwork: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
                force?: "true" | "false" | "";
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
                "application/json": components["schemas"]["NetworkBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Network"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    network: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                network: string;
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
                    "application/json": components["schemas"]["Network"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deleteNetwork: {
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
                /** @description An id or a name */
                network: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    patchNetwork: {
        parameters: {
            query?: {
                /** @description Do everything, keep nothing, answer 200 */
                dryRun?: boolean;
                force?: "true" | "false" | "";
            };
            header?: {
                /** @description The same key with the same request answers what was answered first, for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description An id or a name */
                network: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NetworkPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Network"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    pools: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
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
                    "application/json": components["schemas"]["PoolPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createPool: {
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
                "application/json": components["schemas"]["PoolBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pool"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    pool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["Pool"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deletePool: {
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
                /** @description An id or a name */
                pool: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    patchPool: {
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
                /** @description An id or a name */
                pool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PoolPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pool"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    poolAdvice: {
        parameters: {
            query: {
                /** @description 4 or 6, for pools of both */
                family?: number;
                /** @description true: also blocks in which something would have to be built anew */
                includeRebuilds?: "true" | "false" | "";
                /** @description The length that is wanted */
                prefixLength: number;
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["Advice"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    allocatePrefix: {
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
                /** @description An id or a name */
                pool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllocationBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Allocation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    availableBlocks: {
        parameters: {
            query?: {
                /** @description How many candidates to name, 0 to 1000; more is refused */
                count?: number;
                /** @description 4 or 6, for pools of both */
                family?: number;
                /** @description The pool default when left out */
                prefixLength?: number;
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["Available"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    poolForecast: {
        parameters: {
            query?: {
                /** @description Only this length */
                prefixLength?: number;
                /** @description How many days of history the rate is taken from */
                windowDays?: number;
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["Forecast"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    freeBlocks: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["BlockPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    poolThresholds: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["ThresholdPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createThreshold: {
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
                /** @description An id or a name */
                pool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThresholdBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PoolThreshold"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    poolThreshold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
                /** @description An id or a name */
                threshold: string;
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
                    "application/json": components["schemas"]["PoolThreshold"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deleteThreshold: {
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
                /** @description An id or a name */
                pool: string;
                /** @description An id or a name */
                threshold: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    patchThreshold: {
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
                /** @description An id or a name */
                pool: string;
                /** @description An id or a name */
                threshold: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThresholdPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PoolThreshold"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    poolUtilization: {
        parameters: {
            query?: {
                /** @description The state at this moment; nothing before the beginning, and no moment that is still to come */
                asOf?: components["schemas"]["DateTime"];
                /** @description true: by what the used addresses are used */
                breakdown?: "true" | "false" | "";
            };
            header?: never;
            path: {
                /** @description An id or a name */
                pool: string;
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
                    "application/json": components["schemas"]["PoolUtilization"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    checkReuse: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReuseCheckBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReuseCheck"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description Only in this address space */
                addressSpace?: string;
                /** @description An address or a range: everything that holds it */
                contains?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description Only these */
                kind?: components["schemas"]["SearchHitKind"];
                /** @description How many items, at most 1000 */
                limit?: number;
                /** @description Everything that touches this range */
                overlaps?: components["schemas"]["Cidr"];
                /** @description Everything inside this range */
                within?: components["schemas"]["Cidr"];
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
                    "application/json": components["schemas"]["SearchHits"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    applyTopology: {
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
                "application/json": components["schemas"]["Topology"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopologyChanges"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    simulateTopology: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimulateBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    webhooks: {
        parameters: {
            query?: {
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
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    createWebhook: {
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
                "application/json": components["schemas"]["WebhookBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id or a name */
                webhook: string;
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
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    deleteWebhook: {
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
                /** @description An id or a name */
                webhook: string;
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
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    patchWebhook: {
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
                /** @description An id or a name */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    webhookDeliveries: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description How many items, at most 1000 */
                limit?: number;
                status?: components["schemas"]["DeliveryStatus"];
            };
            header?: never;
            path: {
                /** @description An id or a name */
                webhook: string;
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
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    redeliverWebhook: {
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
                /** @description An id or a name */
                delivery: string;
                /** @description An id or a name */
                webhook: string;
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
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    renewWebhookSecret: {
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
                /** @description An id or a name */
                webhook: string;
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
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    testWebhook: {
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
                /** @description An id or a name */
                webhook: string;
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
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description application/problem+json */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
}
