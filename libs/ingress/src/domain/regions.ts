/** AGC-70: the overview page of Application Gateway for Containers. Data, to be renewed with the page. */
export const agcRegions: { readonly asOf: string; readonly regions: readonly string[] } = {
  asOf: '2025-11',
  regions: [
    'australiaeast', 'brazilsouth', 'canadacentral', 'centralindia', 'centralus', 'eastasia', 'eastus', 'eastus2',
    'francecentral', 'germanywestcentral', 'koreacentral', 'northcentralus', 'northeurope', 'norwayeast', 'southcentralus',
    'southeastasia', 'switzerlandnorth', 'uaenorth', 'uksouth', 'westus', 'westus2', 'westus3', 'westeurope',
  ],
};
