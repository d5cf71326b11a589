import { Injectable } from '@nestjs/common';
import { toKustomize } from './domain/kustomize-folder.js';
import type { ManifestObject } from './domain/manifest-objects.js';
import { renderManifests } from './domain/render-manifests.js';
import { toJson, toYaml } from './domain/serialize-manifests.js';
import { assertValidManifests } from './domain/validate-manifests.js';
import { GatewaysRepository } from './gateways.repository.js';
import { RoutesRepository } from './routes.repository.js';
import { renderedGateway } from './view-gateway.js';

export type ManifestFormat = 'yaml' | 'json' | 'kustomize';

const writers: Readonly<Record<ManifestFormat, (objects: readonly ManifestObject[]) => string>> = {
  yaml: toYaml,
  json: toJson,
  kustomize: toKustomize,
};

@Injectable()
export class WriteManifests {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
  ) {}

  /**
   * The Kubernetes objects of a gateway as text. Everything in them is decided when the gateway is recorded, so they can
   * be had, and are the same, before Azure is done.
   */
  async execute(key: string, format: ManifestFormat): Promise<string> {
    const objects = await this.#objects(key);
    return writers[format](objects);
  }

  async #objects(key: string): Promise<readonly ManifestObject[]> {
    const gateway = await this.gateways.get(key);
    const routes = await this.routes.of(gateway.id);
    const rendered = renderedGateway(gateway);
    const objects = renderManifests(
      rendered,
      routes.map(({ intent }) => intent),
    );
    assertValidManifests(objects, rendered.gatewayApi);
    return objects;
  }
}
