import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench } from './testing/ingress-bench.js';

const create = `mutation ($input: CreateIngressGatewayInput!, $dryRun: Boolean) {
  createIngressGateway(input: $input, dryRun: $dryRun) {
    __typename
    ... on IngressGateway { id name status frontends { name fqdn } }
    ... on ProblemInterface { code errors { path code rule suggestion } }
  }
}`;

describe('ingress over GraphQL', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('creates a gateway, or answers the problems as data', async () => {
    const cluster = await bench.cluster();
    const refused = await bench.graphql(create, { input: { name: 'web', cluster, kind: 'AGIC', deployment: 'MANAGED' } });
    expect(refused.data['createIngressGateway']).toMatchObject({
      __typename: 'RuleViolations',
      errors: expect.arrayContaining([expect.objectContaining({ path: 'deployment', code: 'unsupported_deployment' })]),
    });
    const created = await bench.graphql(create, { input: { name: 'web', cluster, kind: 'AGC', frontends: [{ name: 'public' }] } });
    expect(created.data['createIngressGateway']).toMatchObject({ __typename: 'IngressGateway', name: 'web', status: 'CREATING' });
    await bench.settled('web', 'READY');
    const taken = await bench.graphql(create, { input: { name: 'web', cluster, kind: 'AGC' } });
    expect(taken.data['createIngressGateway']).toMatchObject({ __typename: 'ConflictProblem', code: 'name_taken' });
  });

  it('puts a route and shows it with the manifests', async () => {
    const put = `mutation { putRoute(gateway: "web", name: "app", input: { hostnames: ["a.example"], rules: [{ match: { path: { type: PREFIX, value: "/" } }, backends: [{ service: "app", namespace: "app", port: 80 }] }] }) { __typename ... on IngressRoute { name rules { backends { service } } } } }`;
    expect((await bench.graphql(put)).data['putRoute']).toMatchObject({ __typename: 'IngressRoute', name: 'app' });
    const { data } = await bench.graphql(
      '{ ingressGateway(name: "web") { routes { name } manifests json: manifests(format: JSON) } missing: ingressGateway(name: "none") { id } }',
    );
    expect(data).toMatchObject({
      ingressGateway: { routes: [{ name: 'app' }], manifests: expect.stringContaining('kind: HTTPRoute') },
      missing: null,
    });
    expect(JSON.parse((data['ingressGateway'] as { json: string }).json)).toMatchObject({ kind: 'List' });
  });

  it('lists gateways and adds them to the clusters of provisioning', async () => {
    const { data } = await bench.graphql(
      '{ ingressGateways(first: 1) { nodes { name cluster subnet { cidr } steps { name state } } pageInfo { hasNextPage endCursor } } }',
    );
    expect(data).toMatchObject({
      ingressGateways: {
        nodes: [
          {
            name: 'web',
            cluster: 'west-01',
            subnet: { cidr: '10.40.4.0/24' },
            steps: expect.arrayContaining([{ name: 'association', state: 'SUCCEEDED' }]),
          },
        ],
        pageInfo: { hasNextPage: false },
      },
    });
    const entities = await bench.graphql(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Cluster { name ingressGateways { name status } } ... on IngressGateway { name } } }',
      {
        of: [
          { __typename: 'Cluster', name: 'west-01' },
          { __typename: 'Cluster', name: 'east-01' },
          { __typename: 'IngressGateway', name: 'web' },
        ],
      },
    );
    expect(entities.data).toEqual({
      _entities: [
        { name: 'west-01', ingressGateways: [{ name: 'web', status: 'READY' }] },
        { name: 'east-01', ingressGateways: [] },
        { name: 'web' },
      ],
    });
  });

  it('deletes a gateway', async () => {
    const { data } = await bench.graphql('mutation { deleteIngressGateway(name: "web") { __typename ... on IngressGateway { status } } }');
    expect(data['deleteIngressGateway']).toEqual({ __typename: 'IngressGateway', status: 'DELETING' });
    await bench.gone('web');
    const again = await bench.graphql('mutation { deleteIngressGateway(name: "web") { __typename ... on ProblemInterface { code } } }');
    expect(again.data['deleteIngressGateway']).toEqual({ __typename: 'NotFoundProblem', code: 'not_found' });
  });
});
