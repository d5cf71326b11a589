import { Args, Mutation, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { NotFound } from '@podspan/errors';
import { Caller, connectionOf, graphqlOutcome, PageQuery, parseRequest, type CallContext } from '@podspan/platform';
import { CreateGateway } from './create-gateway.js';
import { DeleteGateway } from './delete-gateway.js';
import type { ManifestApi } from './domain/manifest-api.js';
import { PutRoute } from './put-route.js';
import { ReadGateways } from './read-gateways.js';
import { ReadRoutes } from './read-routes.js';
import { RouteBody, type RouteView } from './route-schemas.js';
import { GatewayBody, type GatewayView } from './schemas.js';
import { withoutNulls } from './without-nulls.js';
import { WriteManifests, type ManifestFormat } from './write-manifests.js';

@Resolver('IngressGateway')
export class GatewaysResolver {
  constructor(
    private readonly readGateways: ReadGateways,
    private readonly readRoutes: ReadRoutes,
    private readonly writeManifests: WriteManifests,
  ) {}

  @Query('ingressGateways')
  async list(@Args('first') first: number, @Args('after') after?: string, @Args('cluster') cluster?: string): Promise<unknown> {
    const page = parseRequest(PageQuery, { limit: first, cursor: after ?? undefined });
    return connectionOf(await this.readGateways.page({ ...page, cluster: cluster ?? undefined }));
  }

  @Query('ingressGateway')
  one(@Args('name') name: string): Promise<GatewayView | null> {
    return this.#find(name);
  }

  @ResolveReference()
  async reference({ name }: { readonly name: string }): Promise<GatewayView | null> {
    return this.#find(name);
  }

  /** A list leaves the steps out; they are looked up only where they are asked for. */
  @ResolveField('steps')
  async steps(@Parent() { name, steps }: GatewayView): Promise<GatewayView['steps']> {
    return steps.length > 0 ? steps : ((await this.#find(name))?.steps ?? []);
  }

  @ResolveField('routes')
  async routes(@Parent() { name }: GatewayView): Promise<readonly RouteView[]> {
    return (await this.readRoutes.page(name, { limit: 1000 })).items;
  }

  @ResolveField('manifests')
  manifests(
    @Parent() { name }: GatewayView,
    @Args('format') format: Uppercase<ManifestFormat>,
    @Args('api') api?: ManifestApi | null,
  ): Promise<string> {
    return this.writeManifests.execute(name, format.toLowerCase() as ManifestFormat, api ?? undefined);
  }

  async #find(name: string): Promise<GatewayView | null> {
    try {
      return (await this.readGateways.one(name)).view;
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }
}

@Resolver()
export class GatewayMutationsResolver {
  constructor(
    private readonly createGateway: CreateGateway,
    private readonly deleteGateway: DeleteGateway,
    private readonly putRoute: PutRoute,
  ) {}

  @Mutation('createIngressGateway')
  create(@Caller() call: CallContext, @Args('input') input: unknown): Promise<unknown> {
    return graphqlOutcome(
      Promise.resolve().then(() => this.createGateway.execute(call, parseRequest(GatewayBody, withoutNulls(input)))),
      'IngressGateway',
    );
  }

  @Mutation('deleteIngressGateway')
  remove(@Caller() call: CallContext, @Args('name') name: string): Promise<unknown> {
    return graphqlOutcome(this.deleteGateway.execute(call, name), 'IngressGateway');
  }

  @Mutation('putRoute')
  put(
    @Caller() call: CallContext,
    @Args('gateway') gateway: string,
    @Args('name') name: string,
    @Args('input') input: unknown,
  ): Promise<unknown> {
    return graphqlOutcome(
      Promise.resolve().then(() => this.putRoute.execute(call, gateway, name, parseRequest(RouteBody, withoutNulls(input)))),
      'IngressRoute',
    );
  }
}
