/** Mutations of what speaks with WHMCS and Salesforce. */
import { code } from './change.ts'
import type { Mutation } from './table.ts'

export const SYSTEMS: Mutation[] = [
  {
    name: 'no marker means no order, whether or not markers can be read',
    change: code(undefined, "whmcsOrderId === undefined && verdict !== 'readable'", 'false'),
  },
  {
    name: 'markers are not looked at before they are relied upon',
    change: code('createMarkerProbe', "if (verdict === 'unknown') $B", ''),
  },
  { name: 'a message to Salesforce is not cut', change: code(undefined, 'cut(report.message)', 'report.message') },
  {
    name: 'a refused session is tried again and again',
    change: code(undefined, 'refused.set($D, failure)', 'refused.delete($D)'),
  },
  {
    name: 'what was answered is kept until its time is over',
    change: code('withDeadline', 'clearTimeout(timer)', 'void timer'),
  },
  {
    name: 'whatever says success is success, also with a server error',
    change: code(undefined, "status === 200 && body.result === 'success'", "body.result === 'success'"),
  },
  {
    name: 'any text of WHMCS is a clear no',
    change: code('addFailure', "code ?? 'WHMCS_ANSWER_UNKNOWN'", "code ?? 'WHMCS_ORDER_REFUSED'"),
  },
  {
    name: 'a page without a total is taken for all',
    change: code('readAll', 'page.total !== undefined && page.rows.length < size', 'page.rows.length <= size'),
  },
  {
    name: 'a list is taken for whole that gives less than it counts',
    change: code('listing', 'rows.size >= total', 'true'),
  },
  {
    name: 'our marker is found within another word',
    change: code(undefined, 'row.notes.split($S).includes($M)', 'row.notes.includes($M)'),
  },
]
