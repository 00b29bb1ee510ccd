namespace Gateway.Transcoding.Tests.Support;

/// <summary>Shell scripts that play a tool which misbehaves in a way the real one does not do on demand.</summary>
internal static class Scripts
{
    public static string Write(string path, string body)
    {
        // Written by a child of its own: a descriptor for writing that another test's fork inherited would make exec fail (ETXTBSY).
        System.IO.File.WriteAllText(path + ".txt", "#!/bin/sh\n" + body + "\n");
        using var install = System.Diagnostics.Process.Start("install", ["-m", "755", path + ".txt", path]);
        install.WaitForExit();
        Assert.Equal(0, install.ExitCode);
        return path;
    }
}
