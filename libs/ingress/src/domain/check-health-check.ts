import type { Problem } from '@podspan/errors';
import { isPort } from './check-text.js';
import { sameHealthCheck, type HealthCheckIntent } from './health-check.js';
import { byCodePoint } from './listeners.js';
import type { RouteIntent } from './route-intent.js';

const positive = ['intervalSeconds', 'timeoutSeconds', 'healthyThreshold', 'unhealthyThreshold'] as const;

/** AGC-63: all numbers above zero. */
export function checkHealthCheck(check: HealthCheckIntent, path: string): readonly Problem[] {
  return [
    ...positive.flatMap((member): Problem[] => {
      const value = check[member];
      if (value === undefined || (Number.isInteger(value) && value > 0)) return [];
      return [{ path: `${path}.${member}`, code: 'health_check_invalid', message: 'a whole number above 0', value, rule: 'AGC-63' }];
    }),
    ...(check.port === undefined || isPort(check.port)
      ? []
      : [{ path: `${path}.port`, code: 'port_out_of_range', message: 'a port is 1 to 65535', value: check.port, rule: 'AGC-63' }]),
    ...(check.host === '' ? [{ path: `${path}.host`, code: 'health_check_invalid', message: 'must not be empty', rule: 'AGC-63' }] : []),
    ...(check.path === undefined || check.path.startsWith('/')
      ? []
      : [
          {
            path: `${path}.path`,
            code: 'health_check_invalid',
            message: 'starts with /',
            value: check.path,
            suggestion: `/${check.path}`,
            rule: 'AGC-63',
          },
        ]),
    ...checkStatusCodes(check.statusCodes, `${path}.statusCodes`),
    ...checkGrpc(check, path),
  ];
}

/** A probe speaks HTTP or gRPC. */
function checkGrpc(check: HealthCheckIntent, path: string): readonly Problem[] {
  if (!check.grpc) return [];
  return (['host', 'path', 'statusCodes'] as const).flatMap((member): Problem[] => {
    if (check[member] === undefined) return [];
    const message = `a gRPC health check has no ${member}`;
    return [{ path: `${path}.${member}`, code: 'health_check_invalid', message, suggestion: 'leave it out, or grpc', rule: 'AGC-63' }];
  });
}

function checkStatusCodes(codes: HealthCheckIntent['statusCodes'], path: string): readonly Problem[] {
  if (!codes) return [];
  if (codes.length === 0) return [{ path, code: 'health_check_invalid', message: 'at least one range', rule: 'AGC-63' }];
  return codes.flatMap(({ start, end }, index): Problem[] =>
    start >= 100 && end <= 599 && start <= end
      ? []
      : [
          {
            path: `${path}[${index}]`,
            code: 'health_check_invalid',
            message: 'a range within 100 to 599',
            value: { start, end },
            rule: 'AGC-63',
          },
        ],
  );
}

/** A Service has one probe. `route` comes last: the problem is shown at its rules (MAP-16). */
export function checkHealthChecks(others: readonly RouteIntent[], route: RouteIntent): readonly Problem[] {
  const held = new Map<string, { check: HealthCheckIntent; at: string }>();
  const problems: Problem[] = [];
  for (const { name, rules } of [...[...others].sort((a, b) => byCodePoint(a.name, b.name)), route]) {
    rules.forEach(({ backends, healthCheck }, index) => {
      if (!healthCheck) return;
      for (const { service, namespace } of backends) {
        const key = `${namespace}/${service}`;
        const first = held.get(key);
        if (!first) held.set(key, { check: healthCheck, at: `route ${name}, rules[${index}]` });
        else if (name === route.name && !sameHealthCheck(first.check, healthCheck)) problems.push(conflict(key, index, first.at));
      }
    });
  }
  return problems;
}

function conflict(service: string, index: number, conflictsWith: string): Problem {
  return {
    path: `rules[${index}].healthCheck`,
    code: 'health_check_conflict',
    message: `Service ${service} has another health check already; AGC probes a Service in one way`,
    value: service,
    conflictsWith,
    suggestion: 'use the same health check wherever the Service is a backend',
    rule: 'AGC-63',
  };
}
