// One gateway with 200 routes, as many as AGC takes (AGC-15): its objects rendered, written as YAML, and held against the schemas.
export const title = 'Manifests';

const ROUTES = 200;
const gateway = {
  name: 'shop',
  namespace: 'shop',
  subscriptionId: 's',
  loadBalancer: { albId: '/subscriptions/s/resourceGroups/r/providers/Microsoft.ServiceNetworking/trafficControllers/alb' },
  api: 'GATEWAY',
  frontends: ['frontend'],
  controllerVersion: '1.13.0',
  gatewayApi: 'v1.5.1',
};

export async function run({ rounds }) {
  const { renderManifests } = await import('../../libs/ingress/dist/domain/render-manifests.js');
  const { toYaml } = await import('../../libs/ingress/dist/domain/serialize-manifests.js');
  const { assertValidManifests } = await import('../../libs/ingress/dist/domain/validate-manifests.js');
  const routes = Array.from({ length: ROUTES }, (_, index) => route(index));
  const [rendering, checking] = [[], []];
  // The first calls compile schemas and code, once in the life of a process.
  for (let round = -10; round < Math.max(rounds, 20); round++) {
    const started = performance.now();
    const objects = renderManifests(gateway, routes);
    const bytes = toYaml(objects).length;
    const rendered = performance.now();
    assertValidManifests(objects, gateway.gatewayApi);
    if (objects.length < ROUTES || bytes < ROUTES * 100) throw new Error('the manifests are not whole');
    if (round < 0) continue;
    rendering.push(rendered - started);
    checking.push(performance.now() - rendered);
  }
  return [
    { name: `${ROUTES} routes of a gateway to YAML`, unit: 'ms', values: rendering, limit: 50 },
    { name: `${ROUTES} routes of a gateway: their objects against the schemas`, unit: 'ms', values: checking },
  ];
}

function route(index) {
  return {
    name: `route-${index}`,
    hostnames: [`host-${index}.example.com`],
    ...(index < 60 ? { tls: { secret: `certificate-${index}` } } : {}),
    rules: [
      {
        match: { path: { type: 'PREFIX', value: `/api/${index}` }, methods: ['GET', 'POST'] },
        backends: [{ service: `service-${index % 100}`, namespace: 'apps', port: 8080 }],
        headers: { request: { set: [{ name: 'x-route', value: `${index}` }] } },
        timeout: { requestSeconds: 30 },
        healthCheck: { path: '/healthz' },
      },
    ],
  };
}
