import { type CanActivate, type ExecutionContext, Injectable, SetMetadata, type Type } from '@nestjs/common';
import type { GqlContextType } from '@nestjs/graphql';
import { GqlExecutionContext } from '@nestjs/graphql';
import { Reflector } from '@nestjs/core';
import { Forbidden } from '@podspan/errors';
import { requestOf } from '../http/call-context.js';
import { type Actor, hasRole, type Role as RoleName } from './actor.js';
import { Authenticator } from './authenticator.js';

const ROLE = 'podspan:role';
const OPEN = 'podspan:open';

/** The role a handler needs. Without it: viewer for reads, operator for everything else. */
export const Role = (role: RoleName): MethodDecorator & ClassDecorator => SetMetadata(ROLE, role);

/** No credentials needed: health. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(OPEN, true);

interface Rules {
  readonly controller: Type;
  readonly open: boolean;
  readonly role: RoleName | undefined;
}

/** Every REST handler and every root field of GraphQL passes here. */
@Injectable()
export class AuthGuard implements CanActivate {
  readonly #known = new WeakMap<object, Rules>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { open, role } = this.#rules(context);
    if (open) return true;
    const request = requestOf(context);
    const needed = role ?? (isRead(context) ? 'viewer' : 'operator');
    // As a rule the hook of the server has signed the caller in.
    if (request.actor) return allow(request.actor, needed);
    return this.authenticator.authenticate(request.headers.authorization).then((actor) => allow((request.actor = actor), needed));
  }

  /** What stands at the handler never changes, and reading metadata walks up prototypes: once a handler. */
  #rules(context: ExecutionContext): Rules {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    const known = this.#known.get(handler);
    if (known?.controller === controller) return known;
    const targets = [handler, controller];
    const rules = {
      controller,
      open: this.reflector.getAllAndOverride<boolean | undefined>(OPEN, targets) ?? false,
      role: this.reflector.getAllAndOverride<RoleName | undefined>(ROLE, targets),
    };
    this.#known.set(handler, rules);
    return rules;
  }
}

/** @throws Forbidden */
function allow(actor: Actor, needed: RoleName): true {
  if (hasRole(actor, needed)) return true;
  throw new Forbidden(`this needs the role ${needed}; ${actor.subject} has ${actor.role}`, { needed, role: actor.role });
}

function isRead(context: ExecutionContext): boolean {
  if (context.getType<GqlContextType>() === 'graphql') {
    return GqlExecutionContext.create(context).getInfo<{ parentType?: { name: string } } | undefined>()?.parentType?.name !== 'Mutation';
  }
  return ['GET', 'HEAD'].includes(requestOf(context).method);
}
