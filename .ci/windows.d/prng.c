/* Wine 8 has no bcryptprimitives.dll, which Rust's standard library (pydantic-core) takes its random bytes from. */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T n) { return SystemFunction036(data, (ULONG)n); }
