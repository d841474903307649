/** Apex: who may do what, and that everything is tested. From API 67 on a statement without a mode runs in user mode. */
import type { Package, Rule } from '../package.ts'

const DML = /\b(?:insert|update|upsert|delete|undelete|merge)\s+(?!as\s+(?:user|system)\b)[\w(]/g
const DATABASE = /\bDatabase\.(\w+)\(([^;]*)\);/g
const QUERY = /\[\s*SELECT[^\]]*\]/g

const isTest = (source: string) => /^@IsTest$/m.test(source)

function code({ classes, triggers }: Package): [string, string][] {
  return [...classes, ...triggers].map(([name, source]) => [name, withoutTexts(source)])
}

/** Words within texts are no statements. */
function withoutTexts(source: string): string {
  return source.replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
}

export const modes: Rule = (it) =>
  code(it).flatMap(([name, source]) => [
    ...(source.match(DML) ?? []).map((statement) => `${name}: '${statement.trim()}…' does not say as whom`),
    ...[...source.matchAll(DATABASE)]
      .filter(([, , given = '']) => !/AccessLevel\./.test(given))
      .map(([, method]) => `${name}: Database.${method} does not say its access level`),
    ...(source.match(QUERY) ?? [])
      .filter((query) => !/WITH (?:USER|SYSTEM)_MODE/.test(query))
      .map((query) => `${name}: '${query.slice(0, 30)}…' does not say its mode`),
  ])

export const sharing: Rule = (it) =>
  code(it)
    .filter(([name, source]) => it.classes.has(name) && !isTest(source))
    .flatMap(([name, source]) =>
      /\b(?:with|without) sharing class\b/.test(source) ? [] : [`${name}: it does not say whose records it sees`],
    )

/** What a browser may call sees and does no more than its user, and saves nothing before the callout. */
export const browser: Rule = (it) =>
  code(it)
    .filter(([, source]) => source.includes('@AuraEnabled'))
    .flatMap(([name, source]) => [
      ...(/\bpublic with sharing class\b/.test(source)
        ? []
        : [`${name}: a browser calls it, but it is not with sharing`]),
      ...(/SYSTEM_MODE/.test(source) ? [`${name}: a browser calls it, but it reads in system mode`] : []),
      ...(/\b(?:insert|update|upsert|delete|undelete|merge)\s+as\b|\bDatabase\./.test(source)
        ? [`${name}: it saves something, after which there may be no callout`]
        : []),
    ])

/** Production wants 75 % of each class and each trigger. */
export const tested: Rule = (it) => {
  const tests = [...it.classes.values()].filter(isTest).join('\n')
  const classes = [...it.classes].filter(([, source]) => !isTest(source)).map(([name]) => name)
  const untested = classes.filter((name) => !new RegExp(`\\b${name}\\.|\\b${name}\\(`).test(tests))
  return [
    ...untested.map((name) => `${name}: no test uses it`),
    ...[...it.triggers]
      .filter(([, source]) => !events(source).every((event) => new RegExp(`\\b${event} as system\\b`).test(tests)))
      .map(([name]) => `${name}: no test fires it`),
  ]
}

const events = (trigger: string) => [...trigger.matchAll(/\bafter (\w+)/g)].map(([, event = '']) => event)

/** Our classes call each other by names that are there. */
export const calls: Rule = (it) =>
  code(it).flatMap(([name, source]) =>
    [...new Set(source.match(/\bSoapstone[A-Z]\w*(?=\.)/g))]
      .filter((called) => !it.classes.has(called))
      .map((called) => `${name}: there is no class ${called}`),
  )
