import { Injectable } from '@nestjs/common';
import { decodeCursor, pageFrom, type Page, type PageQuery } from '@podspan/platform';
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

  /** A page of all: an AGC has 200 routes at most (AGC-15). */
  async page(gateway: string, { limit, cursor }: PageQuery): Promise<Page<RouteView>> {
    const [after = ''] = decodeCursor(cursor, ['text']) ?? [];
    const { id } = await this.gateways.get(gateway);
    const rest = (await this.routes.of(id)).filter(({ name }) => name > after);
    return pageFrom(rest, limit, ({ name }) => [name], viewRoute);
  }

  async one(gateway: string, name: string): Promise<{ readonly view: RouteView; readonly etag: string }> {
    const { id } = await this.gateways.get(gateway);
    const row = await this.routes.get(id, name);
    return { view: viewRoute(row), etag: etagOf(row) };
  }
}
