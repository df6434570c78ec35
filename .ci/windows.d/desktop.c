/* Asks for the desktop, says in the file of its command line that it is up, and stays: so that there is one before anything else runs, as
   on every PC someone is logged on to. */
#include <windows.h>
int WINAPI WinMain(HINSTANCE instance, HINSTANCE before, LPSTR command, int show) {
    MSG message;
    CreateWindowA("STATIC", "", WS_POPUP, 0, 0, 1, 1, 0, 0, instance, 0);
    CloseHandle(CreateFileA(command, GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
    while (GetMessageA(&message, 0, 0, 0) > 0) DispatchMessageA(&message);
    return 0;
}
