import { describe, expect, it } from 'vitest';
import { sessionOf } from './sign-in.js';

const secret = 's3cret-token';
const application = '6dae42f8-4368-4678-94ff-3960e28e3630';

function config({ cluster = {}, user = { token: secret } }: { cluster?: object; user?: object } = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://aks.example:443', 'certificate-authority-data': 'YQ==', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

const signIn = (kubeconfig: string) => sessionOf({ kubeconfig, token: async (asked) => `token for ${asked}` });

describe(sessionOf, () => {
  it('takes over the server, its certificate and the inline credential', async () => {
    const session = await signIn(config());
    expect(session.getCurrentCluster()).toMatchObject({ server: 'https://aks.example:443', caData: 'YQ==', skipTLSVerify: false });
    expect(session.getCurrentUser()).toEqual({ name: 'user', token: secret });
  });

  it('runs no kubelogin: our own identity signs in for the application it names', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'kubelogin', args: ['get-token', '--server-id', application] };
    expect((await signIn(config({ user: { exec } }))).getCurrentUser()).toEqual({ name: 'entra', token: `token for ${application}` });
  });

  it.each([
    ['another program', { user: { exec: { command: '/bin/sh', args: ['-c', 'id', '--server-id', application] } } }],
    ['kubelogin without an application', { user: { exec: { command: 'kubelogin', args: ['get-token'] } } }],
    ['an old provider', { user: { 'auth-provider': { name: 'azure', config: {} } } }],
    ['a file with a key', { user: { 'client-certificate': '/etc/shadow', 'client-key': '/etc/shadow' } }],
    ['no credential', { user: {} }],
    ['a file with a certificate', { cluster: { 'certificate-authority': '/etc/passwd' } }],
    ['a proxy', { cluster: { 'proxy-url': 'http://proxy.example' } }],
    ['http beyond this machine', { cluster: { server: 'http://aks.example' } }],
    ['no verification', { cluster: { 'insecure-skip-tls-verify': true } }],
    ['no URL', { cluster: { server: 'aks.example' } }],
  ])('refuses %s', async (_, over) => {
    await expect(signIn(config(over))).rejects.toMatchObject({ code: 'unusable_kubeconfig' });
  });

  it.each([`{ token: ${secret}`, `users: ${secret}`, ''])('does not repeat a text it cannot read', async (text) => {
    const error = await signIn(text).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'unusable_kubeconfig' });
    expect(JSON.stringify([error?.message, error?.stack, error?.cause])).not.toContain(secret);
  });
});
