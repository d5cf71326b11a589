import { problem } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { CutoverFacts } from './cutover-facts.js';

/** What stands in the way of a cutover, by cluster, by order (MAP-35) and by translation (MAP-30). */
export function cutoverBlockers(facts: CutoverFacts): readonly Problem[] {
  return [...agicBlockers(facts), ...networkBlockers(facts), ...orderBlockers(facts), ...translationBlockers(facts)];
}

/** What a person should know and what stops nothing. */
export function cutoverWarnings({ cluster, agic, overlay }: CutoverFacts): readonly Problem[] {
  return [
    ...(cluster.cni === 'FLAT' && overlay === 'NONE'
      ? [
          problem({
            path: 'overlay',
            code: 'overlay_possible',
            rule: 'MAP-35',
            message: 'the cluster is flat: with its exact /24 AGC may stay when it moves to overlay later; or move first',
            suggestion: 'overlay=AFTER or overlay=BEFORE puts that move into the plan',
          }),
        ]
      : []),
    ...(agic.subnet && !agic.subnet.allocation
      ? [
          problem({
            path: 'agic.subnet',
            code: 'range_not_taken',
            rule: 'MAP-34',
            message: `nobody holds AGIC's range ${agic.subnet.cidr ?? ''} in ipam: while both run, both must be taken`,
            suggestion: 'take it, as the first step says',
          }),
        ]
      : []),
  ];
}

function agicBlockers({ agic }: CutoverFacts): readonly Problem[] {
  if (agic.install === 'HELM' || agic.enabled) return [];
  return [
    problem({
      path: 'agic',
      code: 'agic_not_enabled',
      rule: 'AGIC-01',
      message: 'Azure shows no AGIC add-on on the cluster',
      suggestion: 'agic=HELM, where AGIC was installed by Helm',
    }),
  ];
}

function networkBlockers({ cluster, agc, overlay }: CutoverFacts): readonly Problem[] {
  const found: Problem[] = [];
  if (cluster.cni === 'KUBENET' && overlay !== 'BEFORE')
    found.push(
      problem({
        path: 'overlay',
        code: 'agc_unsupported_cni',
        rule: 'MAP-35',
        message: 'AGC does not work with kubenet (AGC-25): the cluster moves to overlay first',
        value: overlay,
        suggestion: 'overlay=BEFORE',
      }),
    );
  if (!cluster.oidcIssuer || !cluster.workloadIdentity)
    found.push(
      problem({
        path: 'cluster',
        code: 'workload_identity_missing',
        rule: 'AGC-30',
        message: 'the ALB Controller needs the OIDC issuer and workload identity, and the cluster lacks one of them',
        suggestion: 'az aks update --enable-oidc-issuer --enable-workload-identity',
      }),
    );
  if (agc.deployment !== 'BYO')
    found.push(
      problem({
        path: 'gateway',
        code: 'unsupported_deployment',
        rule: 'AGC-41',
        message: `a plan is made for gateways of deployment BYO; '${agc.gateway}' is ${agc.deployment}`,
        value: agc.deployment,
        suggestion: 'another gateway, or translate with deployment=MANAGED and follow the steps by hand',
      }),
    );
  if (agc.status === 'ABSENT' && !agc.subnet && agc.pool === undefined)
    found.push(
      problem({
        path: 'pool',
        code: 'agc_subnet_missing',
        rule: 'AGC-29',
        message: 'there is no gateway yet, and nothing says where its /24 comes from: AGIC keeps its own subnet meanwhile',
        suggestion: `name a pool with a free /24 in network ${cluster.network}`,
      }),
    );
  return found;
}

/** MG-18, MG-19. */
function orderBlockers({ agic, agc, overlay, cluster }: CutoverFacts): readonly Problem[] {
  if (overlay === 'NONE' || cluster.cni === 'OVERLAY') return [];
  if (overlay === 'AFTER') {
    const length = lengthOf(agc.subnet?.cidr);
    if (length === undefined || length === 24) return [];
    return [
      problem({
        path: 'agc.subnet',
        code: 'agc_subnet_not_24',
        rule: 'MG-18',
        message: "AGC's subnet must be an exact /24 before the cluster moves to overlay",
        value: agc.subnet?.cidr,
        suggestion: 'a gateway on a /24',
      }),
    ];
  }
  const length = lengthOf(agic.subnet?.cidr);
  return [
    ...(length !== undefined && length < 24
      ? [
          problem({
            path: 'agic.subnet',
            code: 'agic_subnet_too_large',
            rule: 'MG-19',
            message: "the Application Gateway's subnet must be a /24 or smaller before the cluster moves to overlay",
            value: agic.subnet?.cidr,
            suggestion: 'overlay=AFTER, where the cluster is flat',
          }),
        ]
      : []),
    ...(agic.subnet && !agic.inNodeNetwork
      ? [
          problem({
            path: 'agic.subnet',
            code: 'agic_vnet_mismatch',
            rule: 'MG-19',
            message: 'with overlay the Application Gateway must be in the VNet of the nodes',
            value: agic.subnet.id,
            suggestion: 'overlay=AFTER, where the cluster is flat',
          }),
        ]
      : []),
  ];
}

/** MAP-30: what the translation cannot carry over stays with AGIC. */
function translationBlockers({ translation }: CutoverFacts): readonly Problem[] {
  return translation.report
    .filter(({ blocking }) => blocking)
    .map(({ source, path, rule, message, action, outcome }) => ({
      path: [`${source.kind}/${source.namespace}/${source.name}`, source.annotation, path].filter(Boolean).join(' '),
      code: outcome === 'UNSUPPORTED' ? 'agc_feature_unsupported' : 'translation_error',
      message,
      rule,
      ...(action === undefined ? {} : { suggestion: action }),
    }));
}

function lengthOf(cidr: string | undefined): number | undefined {
  return cidr === undefined ? undefined : Number(cidr.split('/')[1]);
}
