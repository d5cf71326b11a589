import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { GraphQLError, getOperationAST, parse, type ExecutionArgs } from 'graphql';
import { limitBreaches, type OperationLimits } from './operation-limits.js';

/** Refuses operations that ask for too much, before any of them reaches a subgraph. */
export function limitPlugin(limits: OperationLimits): GatewayPlugin {
  const refusalOf = (args: ExecutionArgs): readonly GraphQLError[] => {
    const operation = getOperationAST(args.document, args.operationName ?? undefined);
    if (!operation) return [];
    const breaches = limitBreaches(args.schema, args.document, operation, args.variableValues ?? {}, limits);
    return breaches.map(({ code, message }) => new GraphQLError(message, { extensions: { code } }));
  };
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: limits.maxTokens }));
    },
    onExecute({ args, setResultAndStopExecution }) {
      const errors = refusalOf(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const errors = refusalOf(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}
