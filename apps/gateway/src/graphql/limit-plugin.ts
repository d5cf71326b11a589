import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import type { Problem } from '@podspan/errors';
import { textNotKept } from '@podspan/platform';
import { GraphQLError, getOperationAST, Kind, parse, visit, type ExecutionArgs } from 'graphql';
import { limitBreaches, type OperationLimits } from './operation-limits.js';

/** Refuses operations that ask for too much, or with text that no service could keep, before any of them reaches a subgraph. */
export function limitPlugin(limits: OperationLimits): GatewayPlugin {
  const refusalOf = (args: ExecutionArgs): readonly GraphQLError[] => {
    const operation = getOperationAST(args.document, args.operationName ?? undefined);
    if (!operation) return [];
    const text = textProblems(args);
    if (text.length > 0) return [refusedText(text)];
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

/** In the variables by their paths, in the document by the argument or field a text stands for. */
function textProblems({ document, variableValues }: ExecutionArgs): readonly Problem[] {
  const problems = [...textNotKept(variableValues ?? {})];
  const names: string[] = [];
  const enter = ({ name }: { readonly name: { readonly value: string } }): undefined => void names.push(name.value);
  const leave = (): undefined => void names.pop();
  visit(document, {
    [Kind.ARGUMENT]: { enter, leave },
    [Kind.OBJECT_FIELD]: { enter, leave },
    [Kind.STRING]: ({ value }) => void problems.push(...textNotKept(value, names.join('.'))),
  });
  return problems;
}

function refusedText(problems: readonly Problem[]): GraphQLError {
  const [first] = problems;
  const { path, code, message } = first ?? { path: '', code: '', message: '' };
  return new GraphQLError(path === '' ? message : `${path}: ${message}`, {
    extensions: { code, errors: problems.map((problem) => ({ ...problem, path: problem.path.replace(/^input\./, '') })) },
  });
}
