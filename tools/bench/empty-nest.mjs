// What Nest on Fastify costs by itself: a POST that reads its body and answers 201 with nothing in it.
import 'reflect-metadata';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class EmptyController {
  empty() {
    return {};
  }
}
Controller()(EmptyController);
Post()(EmptyController.prototype, 'empty', Object.getOwnPropertyDescriptor(EmptyController.prototype, 'empty'));

class EmptyModule {}
Module({ controllers: [EmptyController] })(EmptyModule);

const app = await NestFactory.create(EmptyModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.send(await app.getUrl());
