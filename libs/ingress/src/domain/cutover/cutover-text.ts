import type { CutoverPlan } from './cutover-plan.js';
import type { CutoverStep } from './cutover-steps.js';

/** The plan for people: Markdown that reads as plain text too. */
export function cutoverText(plan: CutoverPlan): string {
  const { cluster, gateway, blockers, warnings, subnets, dns, steps } = plan;
  return `${[
    `# Cutover of ${cluster} from AGIC to AGC '${gateway}'`,
    ...section(
      'In the way',
      blockers.map(({ path, message, rule, suggestion }) => `- ${path}: ${message}${cited(rule)}${then(suggestion)}`),
    ),
    ...section(
      'Mind',
      warnings.map(({ message, rule, suggestion }) => `- ${message}${cited(rule)}${then(suggestion)}`),
    ),
    ...section(
      'Subnets, both at once',
      subnets.map(({ of, id, cidr, held }) => `- ${of}: ${[cidr ?? 'a /24 to take', id].filter(Boolean).join(' ')}, ${held}`),
    ),
    ...section(
      'DNS',
      dns.map(
        ({ hostname, from, to, record }) =>
          `- ${hostname}: ${from.join(', ') || 'the old address'} -> ${record} ${to ?? 'the frontend, once it is there'}`,
      ),
    ),
    '',
    '## Steps',
    ...steps.flatMap(stepLines),
  ].join('\n')}\n`;
}

function stepLines({
  number,
  phase,
  title,
  who,
  done,
  actions,
  waitSeconds,
  rollback,
  pointOfNoReturn,
  rules,
}: CutoverStep): readonly string[] {
  return [
    '',
    `### ${number}. [${phase}] ${title}${done === true ? ' (done)' : ''}`,
    `${who === 'PODSPAN' ? 'Podspan' : 'A person'}. ${rules.join(', ')}.${pointOfNoReturn ? ' No way back after this.' : ''}`,
    ...actions.map((action) => `- ${action}`),
    ...(waitSeconds > 0 ? [`Then wait ${waitSeconds} s.`] : []),
    ...(rollback.length > 0 ? ['Back:', ...rollback.map((action) => `- ${action}`)] : []),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, ...lines];
}

function cited(rule: string | undefined): string {
  return rule === undefined ? '' : ` (${rule})`;
}

function then(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `. ${suggestion}`;
}
