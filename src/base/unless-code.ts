/** For `catch`: what failed with this code of the system is undefined, what failed otherwise still fails. */
export function unlessCode(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
