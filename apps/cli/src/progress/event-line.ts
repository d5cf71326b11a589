import type { RolloutEvent } from '@podspan/client';

/** One event as one line, for pipes and logs: time, sequence, wave, cluster, what happened. */
export function eventLine({ at, sequence, type, wave, cluster, data }: RolloutEvent): string {
  const place = [wave, cluster].filter((part) => part !== null && part !== '').join('/');
  return [at, `#${sequence}`, place === '' ? '-' : place, type, detailOf(type, data)].filter((part) => part !== '').join(' ');
}

function detailOf(type: string, data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const facts = data as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'item.step':
      return [quoted(facts['title'] ?? facts['step']), word(facts['to']), labelled('waiting for', facts['waitingFor'])]
        .filter((part) => part !== '')
        .join(' ');
    case 'item.failed':
      return failureText(facts['failure']);
    case 'rollout.lifecycle':
      return [word(facts['lifecycle']), labelled('waiting for', facts['waitingFor'])].filter((part) => part !== '').join(' ');
    case 'rollout.done':
      return word(facts['outcome']);
    case 'rollout.created':
      return typeof facts['clusters'] === 'number' ? `${facts['clusters']} ${facts['clusters'] === 1 ? 'cluster' : 'clusters'}` : '';
    default:
      return '';
  }
}

function failureText(failure: unknown): string {
  if (typeof failure !== 'object' || failure === null) return '';
  const { code, message } = failure as Readonly<Record<string, unknown>>;
  return [word(code), oneLine(message)].filter((part) => part !== '').join(': ');
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : '';
}

function labelled(label: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? `(${label} ${oneLine(value)})` : '';
}

function oneLine(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : '';
}
