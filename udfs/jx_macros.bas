Attribute VB_Name = "jx_macros"
' The buttons, and the help of the functions. Pure ASCII: Chinese texts come from the hidden sheet (defined names JxTexts,
' JxFunctions) or from Python. What Python answers is the only sign taken for its having run.
Option Explicit

Public Function JxBare(Optional a, Optional b, Optional c, Optional d) As Boolean
    ' True for a call without arguments. Excel then cannot know what the cell depends on: it must always be recalculated.
    JxBare = IsMissing(a) And IsMissing(b) And IsMissing(c) And IsMissing(d)
    If JxBare Then Application.Volatile
End Function

Public Sub JxExport()
    On Error GoTo failed
    JxPress "export"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxCheck()
    On Error GoTo failed
    JxPress "check"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxClear()
    On Error GoTo failed
    JxPress "clear"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxImport()
    On Error GoTo failed
    JxPress "import"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxReopen()
    ' A pasted cell brings its own lock along. The areas that stay open on a protected sheet say which cells are entries.
    Dim sheet As Worksheet, i As Long
    On Error GoTo failed
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.ProtectContents Then
            If sheet.Protection.AllowEditRanges.Count > 0 Then
                sheet.Unprotect
                For i = 1 To sheet.Protection.AllowEditRanges.Count
                    sheet.Protection.AllowEditRanges(i).Range.Locked = False
                Next i
                sheet.Protect AllowFormattingColumns:=True, AllowFormattingRows:=True, AllowFiltering:=True
            End If
        End If
    Next sheet
    JxBox JxText("reopened"), vbInformation
    Exit Sub
failed:
    If Not sheet Is Nothing Then sheet.Protect AllowFormattingColumns:=True, AllowFormattingRows:=True, AllowFiltering:=True
    JxFailed "not_reopened", Err.Description
End Sub

Public Sub JxReview()
    On Error GoTo failed
    JxPress "review"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxOpinion()
    On Error GoTo failed
    JxPress "opinion"
    Exit Sub
failed:
    JxFailed "broken", Err.Description
End Sub

Public Sub JxRegister()
    ' Help for the function wizard. Excel forgets it on closing; where it cannot be set the functions work all the same.
    Dim rows As Variant, texts() As String, unchanged As Boolean, book As String, i As Long, k As Long, n As Long
    On Error GoTo done
    unchanged = ThisWorkbook.Saved
    book = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!"
    rows = ThisWorkbook.Names("JxFunctions").RefersToRange.Value
    For i = 1 To UBound(rows, 1)
        n = 0
        For k = 4 To UBound(rows, 2)
            If rows(i, k) <> "" Then n = n + 1
        Next k
        ReDim texts(1 To n)
        For k = 1 To n
            texts(k) = rows(i, k + 3)
        Next k
        JxDescribe book & rows(i, 1), CStr(rows(i, 2)), CStr(rows(i, 3)), texts
    Next i
done:
    On Error Resume Next
    If unchanged Then ThisWorkbook.Saved = True
End Sub

Private Sub JxDescribe(macroName As String, category As String, help As String, texts As Variant)
    On Error GoTo done
    Application.MacroOptions Macro:=macroName, Description:=help, Category:=category, ArgumentDescriptions:=texts
done:
End Sub

Private Sub JxPress(action As String)
    ' Python answers "KIND", "answer for yes", "answer for no", "text", each on a line of its own but the last.
    ' ASK is a question and is asked before anything is done; the other kinds are the end.
    Dim server As Object, reply As String, parts As Variant, answer As String, style As Long
    On Error GoTo failed
    Do
        Application.StatusBar = JxText("busy_" & action)
        Set server = Nothing
        Set server = XLPy
        reply = server.CallUDF("xl_jixiao.excel", "press", Array(action, answer), ThisWorkbook)
        Application.StatusBar = False
        parts = Split(reply, vbLf, 4)
        If UBound(parts) < 3 Then
            JxFailed "no_answer", reply
            Exit Sub
        End If
        If parts(0) <> "ASK" Then Exit Do
        If JxBox(CStr(parts(3)), vbYesNo + vbQuestion + vbDefaultButton2) = vbYes Then answer = parts(1) Else answer = parts(2)
        If answer = "" Then Exit Sub
    Loop
    style = vbExclamation
    If parts(0) = "DONE" Then style = vbInformation
    JxBox CStr(parts(3)), style
    Exit Sub
failed:
    If server Is Nothing Then
        JxFailed "no_python", Err.Description
    Else
        JxFailed "broken", Err.Description
    End If
End Sub

Private Sub JxFailed(key As String, detail As String)
    Dim text As String
    text = JxText(key)
    If detail <> "" Then text = text & vbLf & vbLf & Left(detail, 200)
    On Error Resume Next
    Application.StatusBar = False
    JxBox text, vbExclamation
End Sub

Private Function JxBox(text As String, style As Long) As Long
    JxBox = MsgBox(Left(text, 500), style, JxText("title"))
End Function

Public Function JxText(key As String) As String
    ' A Chinese text of the hidden sheet; the key itself where the sheet is gone.
    Dim rows As Variant, i As Long
    On Error GoTo done
    JxText = key
    rows = ThisWorkbook.Names("JxTexts").RefersToRange.Value
    For i = 1 To UBound(rows, 1)
        If rows(i, 1) = key Then
            JxText = rows(i, 2)
            Exit For
        End If
    Next i
done:
End Function
