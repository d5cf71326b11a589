import request, { type Test } from 'supertest';

/** One caller of the gateway: REST with supertest, GraphQL as a function. */
export interface Api {
  readonly url: string;
  readonly token: string;
  get(path: string): Test;
  post(path: string, body?: object): Test;
  put(path: string, body: object): Test;
  delete(path: string): Test;
  /** POSTs one operation; variables as JSON. */
  graphql<Data = Readonly<Record<string, unknown>>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<GraphqlAnswer<Data>>;
  /** The same gateway with another token, or with none. */
  as(token: string): Api;
}

export interface GraphqlAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export function apiOf(url: string, token: string): Api {
  const signed = (test: Test): Test => test.set('authorization', `Bearer ${token}`);
  return {
    url,
    token,
    get: (path) => signed(request(url).get(path)),
    post: (path, body) => signed(request(url).post(path)).send(body),
    put: (path, body) => signed(request(url).put(path)).send(body),
    delete: (path) => signed(request(url).delete(path)),
    graphql: async <Data>(query: string, variables = {}) => {
      const { body } = await signed(request(url).post('/graphql')).send({ query, variables });
      return body as GraphqlAnswer<Data>;
    },
    as: (other) => apiOf(url, other),
  };
}
