import type { CutoverFacts } from './cutover-facts.js';
import { dnsSwitches, type DnsSwitch } from './dns-switches.js';

export type Phase = 'PREPARE' | 'TRANSLATE' | 'VERIFY' | 'SWITCH' | 'WATCH' | 'FINISH';

/** One thing to do, by Podspan or by a person. */
export interface CutoverStep {
  readonly number: number;
  readonly id: string;
  readonly phase: Phase;
  readonly title: string;
  readonly who: 'PODSPAN' | 'PERSON';
  /** Whether it can be seen to be done; null where nothing we can read tells. */
  readonly done: boolean | null;
  /** Commands, requests or records, one a line. */
  readonly actions: readonly string[];
  /** How long at least before the next step, in seconds. */
  readonly waitSeconds: number;
  /** The way back from here, in order; empty where nothing has changed for traffic. */
  readonly rollback: readonly string[];
  /** After it AGIC cannot take the traffic back. */
  readonly pointOfNoReturn: boolean;
  readonly rules: readonly string[];
}

type Step = Omit<CutoverStep, 'number'>;

/** AGC-53: connections of the old frontend may go on for so long. */
export const drainSeconds = 300;
/** What a record's TTL is lowered to before the switch, so that the way back is short. */
export const shortTtlSeconds = 60;

/** MAP-34 in the order of MAP-35. */
export function cutoverSteps(facts: CutoverFacts): readonly CutoverStep[] {
  const switches = dnsSwitches(facts);
  const { overlay, cluster } = facts;
  const move = cluster.cni === 'OVERLAY' || overlay === 'NONE' ? [] : [overlayStep(facts)];
  const steps: readonly Step[] = [
    ...(overlay === 'BEFORE' ? move : []),
    takeAgicRange(facts),
    makeGateway(facts),
    installController(facts),
    applyManifests(facts),
    verify(switches, facts),
    lowerTtl(switches, facts),
    switchDns(switches, facts),
    watch(facts),
    deleteIngresses(facts),
    disableAgic(facts),
    deleteGateway(facts),
    releaseRange(facts),
    ...(overlay === 'AFTER' ? move : []),
  ];
  return steps.map((step, index) => ({ number: index + 1, ...step }));
}

function step(given: Pick<Step, 'id' | 'phase' | 'title' | 'who' | 'actions'> & Partial<Step>): Step {
  return { done: null, waitSeconds: 0, rollback: [], pointOfNoReturn: false, rules: ['MAP-34'], ...given };
}

function overlayStep({ cluster, overlay }: CutoverFacts): Step {
  return step({
    id: 'move-to-overlay',
    phase: overlay === 'BEFORE' ? 'PREPARE' : 'FINISH',
    title: 'move the cluster to overlay',
    who: 'PODSPAN',
    actions: [`podspan rollout start: action MIGRATE_TO_OVERLAY, clusters: [{ref: ${cluster.resourceId}}], confirmIrreversible: true`],
    pointOfNoReturn: true,
    rules: ['MAP-35', overlay === 'BEFORE' ? 'MG-19' : 'MG-18'],
  });
}

function takeAgicRange({ agic, cluster }: CutoverFacts): Step {
  const cidr = agic.subnet?.cidr;
  return step({
    id: 'take-agic-range',
    phase: 'PREPARE',
    title: "AGIC's range is taken in ipam",
    who: 'PODSPAN',
    done: agic.subnet === undefined ? null : agic.subnet.allocation !== undefined,
    actions:
      cidr === undefined
        ? ['find the subnet of the Application Gateway: Azure does not show it']
        : [`podspan allocate POOL_OF_${cluster.network} --cidr ${cidr} --owner CLUSTER/${cluster.name} --purpose AGIC_SUBNET`],
    rules: ['MAP-34', 'AGIC-22'],
  });
}

function makeGateway({ agc, cluster }: CutoverFacts): Step {
  const body = { name: agc.gateway, cluster: cluster.name, kind: 'AGC', ...(agc.pool === undefined ? {} : { pool: agc.pool }) };
  return step({
    id: 'make-agc',
    phase: 'PREPARE',
    title: `AGC '${agc.gateway}' beside AGIC, on a /24 of its own`,
    who: 'PODSPAN',
    done: agc.status === 'READY',
    actions: [`POST /v1/ingress-gateways ${JSON.stringify(body)}`],
    rollback: [`DELETE /v1/ingress-gateways/${agc.gateway}`],
    rules: ['MAP-34', 'AGC-21', 'AGC-22', 'AGC-29'],
  });
}

function installController({ agc: { controller } }: CutoverFacts): Step {
  const client = controller.clientId ?? 'CLIENT_ID_OF_THE_GATEWAY';
  const { chart, namespace, version } = controller;
  return step({
    id: 'install-controller',
    phase: 'PREPARE',
    title: 'the ALB Controller beside AGIC: they coexist',
    who: 'PERSON',
    actions: [
      `helm upgrade --install alb-controller ${chart} --version ${version} --set albController.namespace=${namespace} --set albController.podIdentity.clientID=${client}`,
      `kubectl wait -n ${namespace} --for=condition=Available deployment/alb-controller --timeout=5m`,
    ],
    rollback: ['helm uninstall alb-controller'],
    rules: ['MAP-34', 'AGC-30'],
  });
}

function applyManifests({ agc, translation }: CutoverFacts): Step {
  const byHand = translation.report.flatMap(({ action, blocking, source }) =>
    action === undefined || blocking ? [] : [`by hand, ${source.kind}/${source.namespace}/${source.name}: ${action}`],
  );
  return step({
    id: 'apply-manifests',
    phase: 'TRANSLATE',
    title: 'the translated objects in the cluster; traffic stays where it is',
    who: 'PERSON',
    actions: [
      `podspan ingress translate -f INGRESSES --alb-id ALB_ID --frontend ${agc.frontends.map(({ name }) => name).join(',')} --strict > agc.yaml`,
      'kubectl apply --server-side --dry-run=server -f agc.yaml',
      'kubectl apply --server-side -f agc.yaml',
      ...new Set(byHand),
    ],
    rollback: ['kubectl delete -f agc.yaml'],
    rules: ['MAP-34', 'MAP-31'],
  });
}

function verify(switches: readonly DnsSwitch[], { agc }: CutoverFacts): Step {
  const probes = switches
    .filter(({ hostname }) => !hostname.startsWith('*.'))
    .map(({ hostname, to }) => `curl --fail --connect-to ${hostname}:443:${to ?? `FQDN_OF_${agc.gateway}`}:443 https://${hostname}/`);
  return step({
    id: 'verify',
    phase: 'VERIFY',
    title: 'every host answers at the frontend before anybody is sent there',
    who: 'PERSON',
    actions: ['kubectl get gateway,httproute -A: Accepted, ResolvedRefs and Programmed are True (AGC-56 says what else means)', ...probes],
    rules: ['MAP-34', 'AGC-56'],
  });
}

function lowerTtl(switches: readonly DnsSwitch[], { ttlSeconds }: CutoverFacts): Step {
  return step({
    id: 'lower-ttl',
    phase: 'SWITCH',
    title: `TTL of every record down to ${shortTtlSeconds} s, and wait out the old one`,
    who: 'PERSON',
    done: ttlSeconds <= shortTtlSeconds ? true : null,
    actions: switches.map(({ hostname }) => `${hostname}: TTL ${ttlSeconds} -> ${Math.min(ttlSeconds, shortTtlSeconds)}`),
    waitSeconds: ttlSeconds <= shortTtlSeconds ? 0 : ttlSeconds,
    rollback: [`TTL back to ${ttlSeconds}`],
  });
}

function switchDns(switches: readonly DnsSwitch[], { agc }: CutoverFacts): Step {
  const old = (from: readonly string[]): string => (from.length === 0 ? 'the old address' : from.join(', '));
  return step({
    id: 'switch-dns',
    phase: 'SWITCH',
    title: 'DNS leads to AGC, host by host, the least important first',
    who: 'PERSON',
    actions: switches.map(({ hostname, from, to, record }) => `${hostname}: ${old(from)} -> ${record} ${to ?? `FQDN of '${agc.gateway}'`}`),
    waitSeconds: shortTtlSeconds + drainSeconds,
    rollback: switches.map(({ hostname, from }) => `${hostname}: back to ${old(from)}`),
    rules: ['MAP-34', 'AGC-52', 'AGC-53'],
  });
}

function watch({ agic }: CutoverFacts): Step {
  return step({
    id: 'watch',
    phase: 'WATCH',
    title: 'no requests reach the Application Gateway any more, and AGC answers without more errors than before',
    who: 'PERSON',
    actions: [`az monitor metrics list --metric TotalRequests --resource ${agic.gatewayId ?? 'APPLICATION_GATEWAY_ID'}`],
    rollback: ['switch DNS back, as the step before says'],
  });
}

function deleteIngresses({ translation }: CutoverFacts): Step {
  return step({
    id: 'delete-ingresses',
    phase: 'FINISH',
    title: 'the Ingresses of AGIC go; keep their YAML',
    who: 'PERSON',
    actions: translation.ingresses.map(({ namespace, name }) => `kubectl delete ingress -n ${namespace} ${name}`),
    rollback: ['kubectl apply -f INGRESSES, wait for AGIC, then switch DNS back'],
  });
}

function disableAgic({ agic, cluster }: CutoverFacts): Step {
  const addon = agic.install === 'ADDON';
  return step({
    id: 'disable-agic',
    phase: 'FINISH',
    title: 'AGIC is switched off',
    who: addon ? 'PODSPAN' : 'PERSON',
    done: addon ? !agic.enabled : null,
    actions: addon
      ? [
          `podspan rollout start: action MIGRATE_INGRESS, clusters: [{ref: ${cluster.resourceId}}] does everything of Podspan's in this plan, and waits for approval before DNS and before this step`,
          `or az aks disable-addons -a ingress-appgw -g ${cluster.resourceGroup} -n ${cluster.name}`,
        ]
      : ['helm uninstall ingress-azure'],
    rollback: agic.madeByAddon
      ? []
      : [
          addon
            ? `az aks enable-addons -a ingress-appgw -g ${cluster.resourceGroup} -n ${cluster.name} --appgw-id ${agic.gatewayId ?? 'APPLICATION_GATEWAY_ID'}`
            : 'helm install ingress-azure with the values it had',
          'the Ingresses back, then DNS',
        ],
    pointOfNoReturn: agic.madeByAddon,
    rules: ['MAP-34', 'AGIC-01'],
  });
}

function deleteGateway({ agic }: CutoverFacts): Step {
  return step({
    id: 'delete-application-gateway',
    phase: 'FINISH',
    title: agic.madeByAddon
      ? 'the Application Gateway went with its add-on; its subnet goes by hand'
      : 'the Application Gateway and its subnet go',
    who: 'PERSON',
    actions: [
      ...(agic.madeByAddon ? [] : [`az network application-gateway delete --ids ${agic.gatewayId ?? 'APPLICATION_GATEWAY_ID'}`]),
      `az network vnet subnet delete --ids ${agic.subnet?.id ?? 'SUBNET_ID'}`,
    ],
    pointOfNoReturn: true,
  });
}

function releaseRange({ agic }: CutoverFacts): Step {
  const { allocation, cidr } = agic.subnet ?? {};
  return step({
    id: 'release-agic-range',
    phase: 'FINISH',
    title: "AGIC's range goes back to ipam, once Azure shows the subnet no more",
    who: 'PODSPAN',
    actions: [allocation ? `podspan release ${allocation.id}` : `release ${cidr ?? 'the range'}, where somebody took it`],
  });
}
