/** The answer took too long. Whether what was asked for is done is not known. */
export class Late extends Error {
  constructor(ms: number) {
    super(`timeout: no answer in ${ms} ms`)
    this.name = 'Late'
  }
}

/** The answer, or Late. The answer itself may still come, or fail: nobody hears of it here. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(ms)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
