import { apiVersionOf, type Kind } from './kinds.js';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

export function resourceList(apiVersion: string, kinds: readonly Kind[]): object {
  const resources = kinds
    .filter((kind) => apiVersionOf(kind) === apiVersion)
    .map(({ plural, kind, namespaced }) => ({ name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources };
}

export function groupList(kinds: readonly Kind[]): object {
  const names = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
  const groups = names.map((name) => {
    const versions = [...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version))].map((version) => ({
      groupVersion: `${name}/${version}`,
      version,
    }));
    return { name, versions, preferredVersion: versions[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** Nobody should take this for a kube-apiserver. */
export function versionView(kubernetesVersion: string): object {
  const [major = '1', minor = '0'] = kubernetesVersion.split('.');
  return {
    major,
    minor,
    gitVersion: `v${kubernetesVersion}+podspan-stand-in`,
    gitCommit: '',
    platform: 'podspan/stand-in',
    about:
      'A stand-in for kube-apiserver: objects, server-side apply, watches and status of the kinds of ingress, in memory. It runs nothing.',
  };
}
