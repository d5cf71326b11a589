/**
 * Three regions, each a hub with four spokes; on-premises reached through every hub; an acquired company's network
 * behind a VPN of one hub only. Address facts of Microsoft's AKS baseline (mspnp/aks-baseline,
 * mspnp/aks-baseline-multi-region), extended to a fleet.
 */
export declare const regions: readonly ['westeurope', 'northeurope', 'eastus2'];
export declare const demoTopology: {
    addressSpaces: {
        name: string;
    }[];
    networks: ({
        name: string;
        region: "eastus2" | "northeurope" | "westeurope";
        prefixes: string[];
        addressSpace: string;
        kind: string;
    } | {
        name: string;
        addressSpace: string;
        kind: string;
        prefixes: string[];
    })[];
    links: {
        from: string;
        to: string;
        kind: string;
    }[];
    meshes: {
        name: string;
    }[];
    pools: {
        name: string;
        addressSpace: string;
        cidrs: string[];
        reuse: string;
    }[];
};
export declare function demoCluster(index: number, more?: object): object;
