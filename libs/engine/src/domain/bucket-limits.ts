export type BucketVerb = 'read' | 'write' | 'delete' | 'status';

export interface BucketLimit {
  readonly burst: number;
  readonly perSecond: number;
}

const arm: Readonly<Record<BucketVerb, BucketLimit>> = {
  read: { burst: 250, perSecond: 25 },
  write: { burst: 200, perSecond: 10 },
  delete: { burst: 200, perSecond: 10 },
  status: { burst: 250, perSecond: 25 },
};

/** Azure's own numbers per subscription and region. AKS grants status reads far more sparingly than ARM. */
export function bucketLimit(provider: string, verb: BucketVerb): BucketLimit {
  return provider === 'microsoft.containerservice' && verb === 'status' ? { burst: 200, perSecond: 2 } : arm[verb];
}
