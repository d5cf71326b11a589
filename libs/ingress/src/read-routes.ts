import { Injectable } from '@nestjs/common';
import type { Page } from '@podspan/platform';
import { GatewaysRepository } from './gateways.repository.js';
import { RoutesRepository } from './routes.repository.js';
import type { RouteView } from './route-schemas.js';
import { etagOf, viewRoute } from './view-gateway.js';

@Injectable()
export class ReadRoutes {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
  ) {}

  /** One page: an AGC has 200 routes at most (AGC-15). */
  async all(gateway: string): Promise<Page<RouteView>> {
    const { id } = await this.gateways.get(gateway);
    return { items: (await this.routes.of(id)).map(viewRoute), nextCursor: null };
  }

  async one(gateway: string, name: string): Promise<{ readonly view: RouteView; readonly etag: string }> {
    const { id } = await this.gateways.get(gateway);
    const row = await this.routes.get(id, name);
    return { view: viewRoute(row), etag: etagOf(row) };
  }
}
