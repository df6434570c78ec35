/* python.exe and pythonw.exe: the launcher alone, all of Python is in python311.dll. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
typedef int (__cdecl *main_t)(int, wchar_t **);
static int go(int argc, wchar_t **argv) {
    HMODULE dll = LoadLibraryW(L"python311.dll");
    main_t run = dll ? (main_t)(void *)GetProcAddress(dll, "Py_Main") : 0;
    return run ? run(argc, argv) : 103;
}
#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, LPWSTR c, int d) { return go(__argc, __wargv); }
#else
int wmain(int argc, wchar_t **argv) { return go(argc, argv); }
#endif
