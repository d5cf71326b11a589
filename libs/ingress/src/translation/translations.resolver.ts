import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { graphqlOutcome, parseRequest, Role } from '@podspan/platform';
import { z } from 'zod';
import { bytesOfBody } from './bytes-of-body.js';
import { TranslateIngress } from './translate-ingress.js';
import { TranslationQuery } from './translation-schemas.js';

export const TranslationInput = TranslationQuery.extend({
  strict: z.boolean().optional(),
  yaml: z.string().describe('The input of the translation'),
});

@Resolver()
export class TranslationsResolver {
  constructor(private readonly translateIngress: TranslateIngress) {}

  @Role('viewer')
  @Mutation('translateIngress')
  translate(@Args('input') input: Readonly<Record<string, unknown>>): Promise<unknown> {
    return graphqlOutcome(this.#translate(input), 'IngressTranslation');
  }

  async #translate({ yaml, ...options }: Readonly<Record<string, unknown>>): Promise<unknown> {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
    return this.translateIngress.execute(parseRequest(TranslationQuery, given), bytesOfBody(yaml));
  }
}
