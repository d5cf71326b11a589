import type { ServiceOptions } from '@podspan/platform';
import { bootTestService, freshDatabase, type FreshDatabase, testTokens } from '@podspan/platform/testing';
import type { Type } from '@nestjs/common';
import request, { type Response } from 'supertest';
import type { IpamOptions } from '../webhooks/ipam-options.js';
import { ipamModule } from '../ipam.module.js';
import { ipamSdl } from '../ipam.sdl.js';
import type { IpamTables } from '../postgres/db.js';
import { ipamMigrations, ipamSchema } from '../postgres/migrations.js';

/** The service on a database of its own, driven over HTTP as any script would. */
export interface IpamBench {
  readonly url: string;
  readonly fresh: FreshDatabase<IpamTables>;
  /** A part of the service, to make it do now what it does by itself. */
  resolve<T>(type: Type<T>): T;
  get(path: string, role?: keyof typeof testTokens): Promise<Response>;
  post(path: string, body?: object, headers?: Record<string, string>, role?: keyof typeof testTokens): Promise<Response>;
  put(path: string): Promise<Response>;
  patch(path: string, body: object, headers?: Record<string, string>): Promise<Response>;
  delete(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Another instance of the service on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function ipamBench({
  authenticator,
  ...options
}: IpamOptions & Partial<Pick<ServiceOptions, 'authenticator'>> = {}): Promise<IpamBench> {
  const fresh = await freshDatabase<IpamTables>(ipamMigrations, ipamSchema);
  const boot = () =>
    bootTestService({
      name: 'ipam',
      module: ipamModule(fresh.db, options),
      sdl: ipamSdl,
      ...(authenticator === undefined ? {} : { authenticator }),
    });
  let running = await boot();
  const as = (role: keyof typeof testTokens, headers: Record<string, string> = {}): Record<string, string> => ({
    authorization: `Bearer ${testTokens[role]}`,
    ...headers,
  });
  return {
    get url() {
      return running.url;
    },
    fresh,
    resolve: (type) => running.service.app.get(type),
    get: async (path, role = 'admin') => request(running.url).get(path).set(as(role)),
    post: async (path, body = {}, headers = {}, role = 'admin') => request(running.url).post(path).set(as(role, headers)).send(body),
    put: async (path) => request(running.url).put(path).set(as('admin')),
    patch: async (path, body, headers = {}) => request(running.url).patch(path).set(as('admin', headers)).send(body),
    delete: async (path, headers = {}) => request(running.url).delete(path).set(as('admin', headers)),
    restart: async () => {
      await running.close();
      running = await boot();
    },
    close: async () => {
      await running.close();
      await fresh.destroy();
    },
  };
}
