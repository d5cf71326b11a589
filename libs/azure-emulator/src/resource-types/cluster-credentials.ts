import { ArmError } from '../arm-error.js';
import { objectAt, textAt, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { tenantId } from './user-assigned-identities.js';

/** The application that API servers of AKS with Entra ID take tokens for; the same in every tenant of the public cloud. */
const aksServerApplication = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** `listClusterUserCredential`: with Entra ID the kubeconfig wants kubelogin, else it holds a token. */
export function userCredential(world: World, cluster: Resource): JsonObject {
  const user = usesEntra(cluster) ? kubeloginUser() : { token: accessTo(world, cluster).token };
  return credential(world, cluster, 'clusterUser', user);
}

/** `listClusterAdminCredential`: refused where local accounts are off. */
export function adminCredential(world: World, cluster: Resource): JsonObject {
  if (cluster.properties['disableLocalAccounts'] === true)
    throw new ArmError(
      400,
      'BadRequest',
      'Getting static credential is not allowed because this cluster is set to disable local accounts.',
      { flat: true },
    );
  return credential(world, cluster, 'clusterAdmin', { token: accessTo(world, cluster).token });
}

function credential(world: World, cluster: Resource, name: string, user: JsonObject): JsonObject {
  if (cluster.hidden['ready'] !== true)
    throw new ArmError(409, 'OperationNotAllowed', `The managed cluster '${cluster.name}' has no credentials before it was provisioned.`, {
      flat: true,
    });
  const { server } = accessTo(world, cluster);
  const kubeconfig: JsonObject = {
    apiVersion: 'v1',
    kind: 'Config',
    // client-go takes http as it is; client-node asks that nothing be verified there.
    clusters: [{ name: cluster.name, cluster: { server, ...(server.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {}) } }],
    users: [{ name: `${name}_${cluster.name}`, user }],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: `${name}_${cluster.name}` } }],
    'current-context': cluster.name,
  };
  // JSON is YAML; Azure's own text is block style, which no reader of YAML notices.
  return { kubeconfigs: [{ name, value: Buffer.from(JSON.stringify(kubeconfig)).toString('base64') }] };
}

/** Where the emulator was told of no API server, the name Azure would give one: nothing answers there. */
function accessTo(world: World, cluster: Resource): { readonly server: string; readonly token: string } {
  const told = world.settings.kubernetes?.(cluster.id);
  if (told) return told;
  const host = textAt(world.view(cluster), 'properties', 'fqdn') ?? '';
  return { server: `https://${host}:443`, token: world.random.hex('kubeconfig', cluster.key, cluster.incarnation) };
}

function usesEntra({ properties }: Resource): boolean {
  return objectAt(properties, 'aadProfile')?.['managed'] === true;
}

function kubeloginUser(): JsonObject {
  const args = ['get-token', '--login', 'devicecode', '--server-id', aksServerApplication, '--tenant-id', tenantId, '--environment'];
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'kubelogin',
      args: [...args, 'AzurePublicCloud'],
      provideClusterInfo: false,
    },
  };
}
