import { Injectable } from '@nestjs/common';
import { EngineRef } from '@podspan/engine';
import { pageFrom, type Page, type PageQuery } from '@podspan/platform';
import { GatewaysRepository } from './gateways.repository.js';
import type { GatewayView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';
import { WafGrantsRepository } from './waf/waf-grants.repository.js';

@Injectable()
export class ReadGateways {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly engine: EngineRef,
    private readonly grants: WafGrantsRepository,
  ) {}

  /** With the steps of its run. @throws NotFound */
  async one(key: string): Promise<{ readonly view: GatewayView; readonly etag: string }> {
    const row = await this.gateways.get(key);
    const [run] = await this.engine.engine.view([row.current_run]);
    return { view: viewGateway(row, run?.steps, await this.grants.of(row.id)), etag: etagOf(row) };
  }

  async page({ limit, cursor, cluster }: PageQuery & { readonly cluster?: string | undefined }): Promise<Page<GatewayView>> {
    const rows = await this.gateways.page({ limit, cursor, cluster });
    return pageFrom(
      rows,
      limit,
      ({ id }) => [id],
      (row) => viewGateway(row),
    );
  }

  async ofClusters(clusters: readonly string[]): Promise<readonly GatewayView[]> {
    return (await this.gateways.ofClusters(clusters)).map((row) => viewGateway(row));
  }
}
