import { ipamModule, ipamSchema, ipamSdl, type IpamTables } from '@podspan/ipam';
import { Authenticator, createDatabase, createLogger, createService } from '@podspan/platform';

/** Nobody answers there, and nobody is asked: a document is made of the controllers alone. */
const NO_DATABASE = 'postgresql://nobody@127.0.0.1:1/none';

/** The service's OpenAPI document, without a database and without listening. */
export async function documentOfIpam(): Promise<unknown> {
  const db = createDatabase<IpamTables>({ url: NO_DATABASE, schema: ipamSchema });
  const service = await createService({
    name: 'ipam',
    title: 'Podspan IPAM',
    module: ipamModule(db),
    sdl: ipamSdl,
    authenticator: new Authenticator({}),
    logger: createLogger('ipam', 'silent'),
  });
  return service.openApi();
}
