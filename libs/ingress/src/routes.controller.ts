import { Body, Controller, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Caller,
  GuardedWrite,
  KeyedWrite,
  Name,
  pageOf,
  PageQuery,
  type CallContext,
  type Page,
  type WriteResult,
} from '@podspan/platform';
import { z } from 'zod';
import { DeleteRoute } from './delete-route.js';
import { PutRoute } from './put-route.js';
import { ReadRoutes } from './read-routes.js';
import { RouteBody, RouteView } from './route-schemas.js';

/** Judged in the domain, with the other problems of the route. */
const RouteName = z.string().min(1).max(253);

interface Reply {
  header(name: string, value: string): Reply;
}

@ApiTags('ingress')
@Controller('v1/ingress-gateways/:gateway/routes')
export class RoutesController {
  constructor(
    private readonly putRoute: PutRoute,
    private readonly deleteRoute: DeleteRoute,
    private readonly readRoutes: ReadRoutes,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(RouteView, 'IngressRoutePage') })
  ingressRoutes(
    @Param('gateway', { schema: Name }) gateway: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<RouteView>> {
    return this.readRoutes.page(gateway, query);
  }

  @Put(':name')
  @GuardedWrite()
  @KeyedWrite()
  @ApiCreatedResponse({ standardSchema: RouteView })
  @ApiOkResponse({ standardSchema: RouteView })
  putIngressRoute(
    @Caller() call: CallContext,
    @Param('gateway', { schema: Name }) gateway: string,
    @Param('name', { schema: RouteName }) name: string,
    @Body({ schema: RouteBody }) body: RouteBody,
  ): Promise<WriteResult<RouteView>> {
    return this.putRoute.execute(call, gateway, name, body);
  }

  @Get(':name')
  @ApiOkResponse({ standardSchema: RouteView })
  async ingressRoute(
    @Param('gateway', { schema: Name }) gateway: string,
    @Param('name', { schema: RouteName }) name: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<RouteView> {
    const { view, etag } = await this.readRoutes.one(gateway, name);
    reply.header('etag', etag);
    return view;
  }

  @Delete(':name')
  @GuardedWrite()
  @KeyedWrite()
  @ApiNoContentResponse()
  deleteIngressRoute(
    @Caller() call: CallContext,
    @Param('gateway', { schema: Name }) gateway: string,
    @Param('name', { schema: RouteName }) name: string,
  ): Promise<WriteResult<null>> {
    return this.deleteRoute.execute(call, gateway, name);
  }
}
