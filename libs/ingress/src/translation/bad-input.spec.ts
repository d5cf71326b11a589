import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { translateText } from '../testing/translate-text.js';

const ingress = (name: string, more = ''): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations:
    kubernetes.io/ingress.class: azure/application-gateway
${more}spec:
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: web, port: { number: 80 } } }
`;
const routes = (manifests: string): string[] =>
  loadAll(manifests).flatMap((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return kind === 'HTTPRoute' ? [metadata.name] : [];
  });
const agic = 'appgw.ingress.kubernetes.io';

describe('bad input', () => {
  it('costs the broken document alone, and names its line', async () => {
    const { manifests, blockers } = await translateText(`${ingress('one')}---\nkind: Ingress\n\tmetadata: {}\n---\n${ingress('two')}`);
    expect(routes(manifests)).toEqual(['http-one-example-com', 'http-two-example-com']);
    expect(blockers).toMatchObject([{ source: { kind: 'Document', name: '#2' }, outcome: 'ERROR', rule: 'YAML-01', line: 18 }]);
  });

  it.each([
    [
      'an alias bomb',
      `a: &a [${Array(9).fill('x').join()}]\n${'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join()}]`)
        .join('\n')}\n`,
      'YAML-02',
    ],
    ['endless nesting', `a: ${'['.repeat(50_000)}`, /YAML-0[12]/],
    ['deep nesting', `a: ${'['.repeat(200)}${']'.repeat(200)}`, 'YAML-01'],
    ['a document that is no object', '- just\n- a list\n', 'YAML-03'],
    ['an object without a name', 'apiVersion: v1\nkind: Service\nmetadata: {}\n', 'YAML-03'],
    ['a name that is a number', 'apiVersion: v1\nkind: Service\nmetadata: { name: 12 }\n', 'YAML-03'],
    ['a key twice', 'kind: Ingress\nkind: Service\n', 'YAML-01'],
    ['an alias to nowhere', 'kind: *nowhere\n', 'YAML-01'],
    ['an unknown apiVersion', ingress('x').replace('networking.k8s.io/v1', 'networking.k8s.io/v2'), 'YAML-04'],
    ['a number where a text belongs', ingress('x').replace('name: web', 'name: 1'), 'YAML-05'],
    ['a text where a number belongs', ingress('x').replace('number: 80', 'number: "80"'), 'YAML-05'],
    ['a path type of its own', ingress('x').replace('pathType: Prefix', 'pathType: prefix'), 'YAML-05'],
    ['a misspelt field', ingress('x').replace('host:', 'hots:'), 'YAML-05'],
    ['a boolean annotation', ingress('x', `    ${agic}/ssl-redirect: true\n`), 'YAML-05'],
    ['a misspelt boolean (MAP-31)', ingress('x', `    ${agic}/ssl-redirect: "flase"\n`), 'YAML-05'],
    ['no class', ingress('x').replace('kubernetes.io/ingress.class', 'other'), 'AGIC-30'],
    ['the same object twice', `${ingress('x')}---\n${ingress('x')}`, 'YAML-07'],
    ['nothing', '\n# nothing\n---\n', 'YAML-03'],
    ['a port out of range', ingress('x').replace('number: 80', 'number: 70000'), 'YAML-05'],
    ['a Service in capitals', ingress('x').replace('name: web', 'name: Web'), 'YAML-05'],
    ['a Secret that no Secret is called', ingress('x').replace('  rules:', '  tls: [{ secretName: My_Cert }]\n  rules:'), 'YAML-05'],
    ['a WAF policy by its name alone', ingress('x', `    ${agic}/waf-policy-for-path: "w"\n`), 'MAP-15'],
    ['a host in capitals', ingress('x').replace('x.example.com', 'X.example.com'), 'MAP-32'],
  ])('%s is an ERROR, not a crash and not a guess', async (_, yaml, rule) => {
    const { blockers } = await translateText(yaml);
    const expected: unknown = rule instanceof RegExp ? expect.stringMatching(rule) : rule;
    expect(blockers[0]).toMatchObject({ outcome: 'ERROR', rule: expected, message: expect.any(String) });
  });

  it.each([
    ['a header whose value is a number', 'requestHeaderConfigurations: [{ actionType: set, headerName: X-A, headerValue: 5 }]'],
    ['an action of its own', 'requestHeaderConfigurations: [{ actionType: add, headerName: X-A, headerValue: a }]'],
    ['a field nobody knows', 'requestHeaders: [{ headerName: X-A }]'],
  ])('never takes a rewrite with %s for something else: none of its rules is carried over', async (_, action) => {
    const rewrite = (actions: string): string => `---
apiVersion: appgw.ingress.azure.io/v1beta1
kind: AzureApplicationGatewayRewrite
metadata: { name: rw, namespace: shop }
spec: { rewriteRules: [{ name: a, actions: { ${actions} } }] }
`;
    const using = ingress('x', `    ${agic}/rewrite-rule-set-custom-resource: rw\n`);
    const sound = await translateText(
      `${using}${rewrite('requestHeaderConfigurations: [{ actionType: set, headerName: X-A, headerValue: a }]')}`,
    );
    expect([sound.manifests.includes('RequestHeaderModifier'), sound.blockers]).toEqual([true, []]);
    const { manifests, blockers } = await translateText(`${using}${rewrite(action)}`);
    expect(manifests).not.toContain('RequestHeaderModifier');
    expect(blockers).toMatchObject([
      { source: { kind: 'AzureApplicationGatewayRewrite', name: 'rw' }, outcome: 'ERROR', rule: 'YAML-05', path: 'spec' },
    ]);
  });

  it('redirects on true alone (MAP-31)', async () => {
    const redirects = async (value: string): Promise<boolean> => {
      const yaml = ingress('x', `    ${agic}/ssl-redirect: "${value}"\n`).replace('  rules:', '  tls: [{ secretName: cert }]\n  rules:');
      return (await translateText(yaml)).manifests.includes('RequestRedirect');
    };
    expect(await Promise.all(['true', 'True', '1', 'false', '0', 'flase', 'yes', ''].map(redirects))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('names an annotation that nobody knows, and what was meant', async () => {
    const { report } = await translateText(ingress('x', `    ${agic}/health-probe-status-code: "200"\n`));
    expect(report[0]).toMatchObject({ outcome: 'WARNING', rule: 'YAML-06', action: `did you mean ${agic}/health-probe-status-codes?` });
  });

  it('reads old versions as the current one, and says so', async () => {
    const old = ingress('x')
      .replace('networking.k8s.io/v1', 'extensions/v1beta1')
      .replace('service: { name: web, port: { number: 80 } }', 'serviceName: web, servicePort: 80');
    const { manifests, report } = await translateText(old.replace(/\n +pathType: Prefix/, ''));
    expect(manifests.slice(manifests.indexOf('kind: HTTPRoute'))).toBe(
      (await translateText(ingress('x'))).manifests
        .split('kind: HTTPRoute')
        .map((text, index) => (index === 0 ? '' : `kind: HTTPRoute${text}`))
        .join(''),
    );
    expect(report).toContainEqual(expect.objectContaining({ outcome: 'WARNING', rule: 'YAML-04', path: 'apiVersion' }));
  });

  it('reads a List, JSON, and markers of every kind', async () => {
    const one = await translateText(ingress('one'));
    const list = `apiVersion: v1\nkind: List\nitems:\n${ingress('one').replace(/^/gm, '    ').replace('    api', '  - api').trimEnd()}\n`;
    const marked = `%YAML 1.2\n--- # first\n${ingress('one')}...\n---\n# empty\n---\n`;
    for (const yaml of [list, marked, ingress('one').replaceAll('\n', '\r\n'), `\uFEFF${ingress('one')}`])
      expect((await translateText(yaml)).manifests).toBe(one.manifests);
  });
});
