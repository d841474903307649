/** The package for Salesforce as texts, by path within it, with slashes. */
export type PackageFiles = ReadonlyMap<string, string>
