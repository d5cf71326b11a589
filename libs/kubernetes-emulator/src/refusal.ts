/** A `Status` of kind Failure, as the API server answers it. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly causes: readonly Cause[] = [],
  ) {
    super(message);
  }

  get body(): object {
    const { code, reason, message, causes } = this;
    const details = causes.length === 0 ? {} : { details: { causes } };
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...details, code };
  }
}

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export function notFound(plural: string, group: string, name: string): Refusal {
  return new Refusal(404, 'NotFound', `${group === '' ? plural : `${plural}.${group}`} "${name}" not found`);
}
