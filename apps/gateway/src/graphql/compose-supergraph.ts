import { compositionHasErrors, composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

export interface SubgraphSdl {
  readonly name: string;
  readonly url: URL;
  readonly sdl: string;
}

/** The subgraphs contradict one another; every contradiction is in the message. */
export class CompositionFailed extends Error {
  constructor(readonly contradictions: readonly string[]) {
    super(`the subgraphs do not compose:\n${contradictions.join('\n')}`);
    this.name = 'CompositionFailed';
  }
}

/** One supergraph from the SDL of every subgraph. Pure; the order of the subgraphs does not matter. */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const ordered = [...subgraphs].sort((a, b) => a.name.localeCompare(b.name));
  const result = composeServices(ordered.map(({ name, url, sdl }) => ({ name, url: new URL('/graphql', url).href, typeDefs: parse(sdl) })));
  if (compositionHasErrors(result)) throw new CompositionFailed(result.errors.map((error) => error.message));
  return result.supergraphSdl;
}
