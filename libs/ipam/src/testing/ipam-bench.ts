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
  close(): Promise<void>;
}

export async function ipamBench({
  authenticator,
  ...options
}: IpamOptions & Partial<Pick<ServiceOptions, 'authenticator'>> = {}): Promise<IpamBench> {
  const fresh = await freshDatabase<IpamTables>(ipamMigrations, ipamSchema);
  const { service, url, close } = await bootTestService({
    name: 'ipam',
    module: ipamModule(fresh.db, options),
    sdl: ipamSdl,
    ...(authenticator === undefined ? {} : { authenticator }),
  });
  const as = (role: keyof typeof testTokens, headers: Record<string, string> = {}): Record<string, string> => ({
    authorization: `Bearer ${testTokens[role]}`,
    ...headers,
  });
  return {
    url,
    fresh,
    resolve: (type) => service.app.get(type),
    get: async (path, role = 'admin') => request(url).get(path).set(as(role)),
    post: async (path, body = {}, headers = {}, role = 'admin') => request(url).post(path).set(as(role, headers)).send(body),
    put: async (path) => request(url).put(path).set(as('admin')),
    patch: async (path, body, headers = {}) => request(url).patch(path).set(as('admin', headers)).send(body),
    delete: async (path, headers = {}) => request(url).delete(path).set(as('admin', headers)),
    close: async () => {
      await close();
      await fresh.destroy();
    },
  };
}
