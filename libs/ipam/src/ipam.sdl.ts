import { problemUnion, SdlBuilder } from '@podspan/platform';
import { UtilizationView } from './pools/pool-schemas.js';

const types = new SdlBuilder().type('Utilization', UtilizationView);

export const ipamSdl = `
${types.toString()}
type Query { ipamReady: Boolean }
type Mutation { ipamNothing: Boolean }
union IpamNothing = Utilization | ${problemUnion}
`;
