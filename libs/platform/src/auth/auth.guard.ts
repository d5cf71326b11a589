import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import type { GqlContextType } from '@nestjs/graphql';
import { GqlExecutionContext } from '@nestjs/graphql';
import { Reflector } from '@nestjs/core';
import { Forbidden } from '@podspan/errors';
import { requestOf } from '../http/call-context.js';
import { hasRole, type Role as RoleName } from './actor.js';
import { Authenticator } from './authenticator.js';

const ROLE = 'podspan:role';
const OPEN = 'podspan:open';

/** The role a handler needs. Without it: viewer for reads, operator for everything else. */
export const Role = (role: RoleName): MethodDecorator & ClassDecorator => SetMetadata(ROLE, role);

/** No credentials needed: health. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(OPEN, true);

/** Every REST handler and every root field of GraphQL passes here. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OPEN, targets)) return true;
    const request = requestOf(context);
    request.actor ??= await this.authenticator.authenticate(request.headers.authorization);
    const needed = this.reflector.getAllAndOverride<RoleName | undefined>(ROLE, targets) ?? (isRead(context) ? 'viewer' : 'operator');
    if (hasRole(request.actor, needed)) return true;
    throw new Forbidden(`this needs the role ${needed}; ${request.actor.subject} has ${request.actor.role}`, {
      needed,
      role: request.actor.role,
    });
  }
}

function isRead(context: ExecutionContext): boolean {
  if (context.getType<GqlContextType>() === 'graphql') {
    return GqlExecutionContext.create(context).getInfo<{ parentType?: { name: string } } | undefined>()?.parentType?.name !== 'Mutation';
  }
  return ['GET', 'HEAD'].includes(requestOf(context).method);
}
