import type { AssessedCluster, AssessmentView } from './assessment-view.js';
import { escapeHtml } from './escape-html.js';

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;color:#1b1f24;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #d8dee4;vertical-align:top}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.READY{color:#116329}.BLOCKED{color:#8a4600}.UNSUPPORTED{color:#82071e}.dim{color:#57606a;fill:#57606a}
.figures{display:flex;gap:2rem;flex-wrap:wrap;padding:0;list-style:none}.figures b{display:block;font-size:1.6rem}
ol,ul{margin:.2rem 0;padding-left:1.2rem}
svg text{font:13px system-ui,sans-serif}svg .name{font-weight:600}svg .network{fill:#f6f8fa;stroke:#d8dee4}svg .subnet{fill:#fff;stroke:#8c959f;stroke-width:.5}
svg .before{fill:#bf5b3f}svg .after{fill:#2f7d5b}
`;

/** One page that needs nothing else: to be mailed, printed and filed. Everything in it that came from outside is escaped. */
export function htmlReport(view: AssessmentView, drawing: string): string {
  const { summary, kubenetEnd, clusters, assessedAt } = view;
  const figures = [
    [summary.clusters, 'clusters'],
    [summary.ready, 'ready'],
    [summary.blocked, 'blocked'],
    [summary.unsupported, `cannot move (${summary.alreadyOverlay} are on overlay already)`],
    [Number(summary.givenBackAddresses).toLocaleString('en'), 'addresses given back'],
    [kubenetEnd.daysLeft, `days until kubenet ends, ${kubenetEnd.date}`],
  ] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Migration to overlay</title><style>${STYLE}</style></head>
<body><h1>Migration to Azure CNI Overlay</h1>
<p class="dim">Assessed ${escapeHtml(assessedAt)} from ${view.source === 'AZURE' ? 'Azure' : 'a listing'}.</p>
<ul class="figures">${figures.map(([figure, label]) => `<li><b>${escapeHtml(figure)}</b>${escapeHtml(label)}</li>`).join('')}</ul>
${drawing === '' ? '' : `<h2>Address space before and after</h2>\n${drawing}`}
<h2>Clusters</h2>
<table><thead><tr><th>Cluster</th><th>From</th><th>Verdict</th><th>In the way</th><th>Pod range</th><th class="number">Given back</th><th>Order of moves</th></tr></thead>
<tbody>
${clusters.map(row).join('\n')}
</tbody></table>
</body></html>
`;
}

function row(cluster: AssessedCluster): string {
  const { name, region, networkMode, kubernetesVersion, verdict, problems, target, addresses, moves, warnings, ends } = cluster;
  const found = [
    ...problems.map(({ message, suggestion, rule }) => `${message}${suggestion === undefined ? '' : `: ${suggestion}`} [${rule ?? ''}]`),
    ...warnings.map(({ message, rule }) => `Note: ${message} [${rule}]`),
  ];
  const end = ends[0];
  return `<tr><td><b>${escapeHtml(name)}</b><br><span class="dim">${escapeHtml(region)}</span></td>
<td>${escapeHtml(networkMode)}<br><span class="dim">${escapeHtml(kubernetesVersion)}${end ? `, until ${escapeHtml(end.date)}` : ''}</span></td>
<td class="${verdict}">${verdict}</td>
<td>${list('ul', found)}</td>
<td>${escapeHtml(target?.podCidr ?? '')}${target?.kept === true ? '<br><span class="dim">as it is</span>' : ''}</td>
<td class="number">${escapeHtml(addresses.givenBack)}</td>
<td>${list(
    'ol',
    moves.map(({ title, rule }) => `${title} [${rule}]`),
  )}</td></tr>`;
}

function list(tag: 'ol' | 'ul', entries: readonly string[]): string {
  return entries.length === 0 ? '' : `<${tag}>${entries.map((entry) => `<li>${escapeHtml(entry)}</li>`).join('')}</${tag}>`;
}
