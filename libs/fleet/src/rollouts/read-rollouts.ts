import type { EngineRef } from '@podspan/engine';
import { type Page, pageFrom } from '@podspan/platform';
import type { RolloutRow } from '../database.js';
import type { EventsRepository } from './events.repository.js';
import { followEvents, type FollowOptions } from './follow-events.js';
import type { ItemFilter, ItemsRepository } from './items.repository.js';
import type { RolloutFilter, RolloutsRepository } from './rollouts.repository.js';
import {
  etagOf,
  type EventView,
  eventView,
  type ItemDetails,
  itemDetails,
  type ItemView,
  itemView,
  type RolloutView,
  rolloutView,
} from './views.js';

/** Everything that is read about rollouts, in the shapes of the contract. */
export class ReadRollouts {
  constructor(
    private readonly rollouts: RolloutsRepository,
    private readonly items: ItemsRepository,
    private readonly events: EventsRepository,
    private readonly engines: EngineRef,
  ) {}

  async list(filter: RolloutFilter): Promise<Page<RolloutView>> {
    const rows = await this.rollouts.list(filter);
    const views = await this.#views(rows);
    return pageFrom(
      rows,
      filter.limit,
      ({ id }) => [id],
      ({ id }) => views(id),
    );
  }

  /** @throws NotFound */
  async one(key: string): Promise<{ readonly view: RolloutView; readonly etag: string }> {
    const row = await this.rollouts.find(key);
    return { view: (await this.#views([row]))(row.id), etag: etagOf(row) };
  }

  /** @throws NotFound */
  async itemsOf(key: string, filter: ItemFilter): Promise<Page<ItemView>> {
    const { id } = await this.rollouts.find(key);
    return pageFrom(await this.items.list(id, filter), filter.limit, ({ position }) => [position], itemView);
  }

  /** With steps and operations. @throws NotFound */
  async item(key: string, item: string): Promise<ItemDetails> {
    const { id } = await this.rollouts.find(key);
    const row = await this.items.find(id, item);
    const [run] = row.run_started ? await this.engines.engine.view([row.id]) : [];
    return itemDetails(row, run);
  }

  /** @throws NotFound */
  async eventsOf(key: string, after: number, limit: number): Promise<Page<EventView>> {
    const { id } = await this.rollouts.find(key);
    return pageFrom(await this.events.after(id, after, limit + 1), limit, ({ sequence }) => [Number(sequence)], eventView);
  }

  /** As they happen. @throws NotFound at once, before the first batch */
  async follow(key: string, after: number, options: FollowOptions): Promise<AsyncGenerator<readonly EventView[]>> {
    const { id } = await this.rollouts.find(key);
    return followEvents(this.events, id, after, options);
  }

  async #views(rows: readonly RolloutRow[]): Promise<(id: string) => RolloutView> {
    const waves = await this.rollouts.waves(rows.map(({ id }) => id));
    const byId = new Map(
      rows.map((row) => [
        row.id,
        rolloutView(
          row,
          waves.filter(({ rollout_id: of }) => of === row.id),
        ),
      ]),
    );
    return (id) => {
      const view = byId.get(id);
      if (!view) throw new Error(`rollout ${id} is not among those read`);
      return view;
    };
  }
}
