import { StreamableFile } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { AnswerCovers } from './cover-answers.js';
import { WriteResult } from './write-result.js';

/** Has the adapter send what a handler of REST answers: a WriteResult as status, headers and body, and everything under its cover. */
export function sendAnswers(adapter: FastifyAdapter, covers: AnswerCovers): void {
  const send = adapter.reply.bind(adapter);
  adapter.reply = ((reply: FastifyReply, answer: unknown, status?: number) => {
    const body = answer instanceof WriteResult ? headed(reply, answer) : answer;
    const finding = body instanceof StreamableFile ? undefined : covers.of(reply.request);
    return finding ? finding.then((cover) => send(reply, cover ? cover.over(body) : body, status)) : send(reply, body, status);
    // The framework awaits what it gets.
  }) as typeof adapter.reply;
}

function headed(reply: FastifyReply, { status, headers, replayed, body }: WriteResult): unknown {
  void reply.status(status).headers(headers);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return status === 204 ? undefined : body;
}
