import { connectArm, staticCredential } from '@podspan/azure';
import { FleetModule, fleetParts, fleetSdl } from '@podspan/fleet';
import { Authenticator, createDatabase, createLogger, createService } from '@podspan/platform';

/** Nobody answers at these addresses, and nobody is asked: a document is made of the controllers alone. */
const NO_DATABASE = 'postgresql://nobody@127.0.0.1:1/none';
const NO_SERVICE = 'http://127.0.0.1:1';

/** The service's OpenAPI document, without a database, a queue or Azure, and without listening. */
export async function documentOfProvisioning(): Promise<unknown> {
  const db = createDatabase<unknown>({ url: NO_DATABASE, schema: 'provisioning' });
  const arm = connectArm({ endpoint: NO_SERVICE, credential: staticCredential('none') });
  const parts = fleetParts({ db, arm, ipamUrl: NO_SERVICE, ingressUrl: NO_SERVICE, authorization: '', speed: 1 });
  const service = await createService({ name: 'provisioning', title: 'Podspan provisioning', module: FleetModule.of(parts), sdl: fleetSdl, authenticator: new Authenticator({}), logger: createLogger('provisioning', 'silent') });
  return service.openApi();
}
