/** Certificates in PEM, as files hold them: often several in one. */
import { X509Certificate } from 'node:crypto'

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** All of them, in their order. Throws an Error whose message ends the sentence "The file ...". */
export function readCertificates(text: string): X509Certificate[] {
  const found = text.match(PEM) ?? []
  if (found.length === 0) throw new Error('holds no certificate in PEM (-----BEGIN CERTIFICATE-----)')
  return found.map((pem, i) => {
    try {
      return new X509Certificate(pem)
    } catch {
      throw new Error(`holds a certificate that is damaged: number ${i + 1} of ${found.length}`)
    }
  })
}
