import type { NginxEntry, NginxServer } from './nginx-servers.js';
import type { Forward, ServedRule, Target } from './served-hosts.js';

/** Canaries: by header in rules before the main one, by weight in the main one. `never` keeps out the weight too. */
export function split(rules: readonly ServedRule[], server: NginxServer, targetOf: (entry: NginxEntry) => Target): readonly ServedRule[] {
  return rules.flatMap((rule) => {
    const { target } = rule;
    const canary = target.kind === 'forward' ? server.entries.find((entry) => targetOf(entry) === target)?.canary : undefined;
    return canary && target.kind === 'forward' ? splitRule(rule, target, canary) : [rule];
  });
}

function splitRule(rule: ServedRule, main: Forward, { ingress, forward }: NonNullable<NginxEntry['canary']>): readonly ServedRule[] {
  const {
    header,
    headerValue,
    weight = 0,
    total,
  } = ingress.settings.canary ?? { header: undefined, headerValue: undefined, weight: 0, total: 100 };
  const sources = [...rule.sources, ingress.source.ref];
  const part = Math.min(weight, total);
  const headed = (value: string, backends: Forward['backends']): ServedRule[] =>
    header === undefined
      ? []
      : [
          {
            matches: rule.matches.map((match) => ({ ...match, headers: [{ name: header, value }] })),
            target: { ...main, backends },
            sources,
          },
        ];
  const weighted = [
    ...main.backends.map((backend) => ({ ...backend, weight: total - part })),
    ...forward.backends.map((backend) => ({ ...backend, weight: part })),
  ];
  return [
    part === 0 ? rule : { ...rule, target: { ...main, backends: weighted }, sources },
    ...headed(headerValue ?? 'always', forward.backends),
    ...(headerValue === undefined && part > 0 ? headed('never', main.backends) : []),
  ];
}
