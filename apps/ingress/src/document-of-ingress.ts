import { connectArm, staticCredential } from '@podspan/azure';
import { IngressModule, ingressParts, ingressSdl, type IngressDatabase } from '@podspan/ingress';
import { Authenticator, createDatabase, createLogger, createService } from '@podspan/platform';

/** Nobody answers at these addresses, and nobody is asked: a document is made of the controllers alone. */
const NO_DATABASE = 'postgresql://nobody@127.0.0.1:1/none';
const NO_SERVICE = 'http://127.0.0.1:1';

/** The service's OpenAPI document, without a database, a queue or Azure, and without listening. */
export async function documentOfIngress(): Promise<unknown> {
  const db = createDatabase<IngressDatabase>({ url: NO_DATABASE, schema: 'ingress' });
  const arm = connectArm({ endpoint: NO_SERVICE, credential: staticCredential('none') });
  const parts = ingressParts({ db, arm, ipamUrl: NO_SERVICE, provisioningUrl: NO_SERVICE, authorization: '' });
  const service = await createService({ name: 'ingress', title: 'Podspan ingress', module: IngressModule.of(parts), sdl: ingressSdl, authenticator: new Authenticator({}), logger: createLogger('ingress', 'silent') });
  return service.openApi();
}
