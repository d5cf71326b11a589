import type { Problem } from '@podspan/errors';
import type { RuleIntent } from '../route-intent.js';
import { checkNumber, instead, lost } from './agic-problems.js';

/** AGIC-41, AGIC-45: AGIC verifies the host it sends, with roots that live on the gateway. */
export function checkBackendTls({ backendTls, rewrite }: RuleIntent, path: string): readonly Problem[] {
  if (!backendTls) return [];
  const { sni, caSecret, subjectAltName, clientSecret } = backendTls;
  const at = (member: string): string => `${path}.backendTls.${member}`;
  const roots = `${path}.applicationGateway.trustedRootCertificates with a certificate of the gateway`;
  return [
    ...(sni === undefined || sni === rewrite?.host
      ? []
      : [lost('backend-hostname', at('sni'), 'AGIC asks for the host it sends', 'the same name as rewrite.host, or leave it out', sni)]),
    ...(caSecret === undefined
      ? []
      : [lost('appgw-trusted-root-certificate', at('caSecret'), 'AGIC reads no CA from a Secret', roots, caSecret)]),
    ...(subjectAltName === undefined
      ? []
      : [lost('appgw-trusted-root-certificate', at('subjectAltName'), 'AGIC verifies the host it sends', 'rewrite.host', subjectAltName)]),
    ...(clientSecret === undefined
      ? []
      : [lost('appgw-trusted-root-certificate', at('clientSecret'), 'AGIC shows no certificate to a backend', instead, clientSecret)]),
  ];
}

/** AGIC-55 to AGIC-61. */
export function checkProbe({ healthCheck, backendTls }: RuleIntent, path: string): readonly Problem[] {
  if (!healthCheck) return [];
  const { intervalSeconds, timeoutSeconds, unhealthyThreshold, healthyThreshold, useTls, grpc } = healthCheck;
  const at = (member: string): string => `${path}.healthCheck.${member}`;
  return [
    ...checkNumber('health-probe-interval', intervalSeconds, at('intervalSeconds')),
    ...checkNumber('health-probe-timeout', timeoutSeconds, at('timeoutSeconds')),
    ...checkNumber('health-probe-unhealthy-threshold', unhealthyThreshold, at('unhealthyThreshold')),
    ...(intervalSeconds !== undefined && timeoutSeconds !== undefined && timeoutSeconds > intervalSeconds
      ? [
          lost(
            'health-probe-timeout',
            at('timeoutSeconds'),
            'a probe must end before the next one begins',
            `at most ${intervalSeconds}`,
            timeoutSeconds,
          ),
        ]
      : []),
    ...(healthyThreshold === undefined || healthyThreshold === 1
      ? []
      : [lost('health-probe-unhealthy-threshold', at('healthyThreshold'), 'for AGIC one answer is enough', '1', healthyThreshold)]),
    ...(useTls === undefined || useTls === (backendTls !== undefined)
      ? []
      : [lost('backend-protocol', at('useTls'), 'AGIC probes as it forwards', 'leave it out', useTls)]),
    ...(grpc ? [lost('health-probe-path', at('grpc'), 'AGIC probes over HTTP', 'host, path and statusCodes', grpc)] : []),
  ];
}
