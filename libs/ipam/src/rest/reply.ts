/** What the reply of the HTTP server offers that is needed here. */
export interface Reply {
  header(name: string, value: string): Reply;
}
